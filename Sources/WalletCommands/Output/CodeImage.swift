import ArgumentParser
import FexValues
import Foundation
import QRCode
import TerminalProgram

/// The files that a code is written to as an image.
struct CodeImageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the code as a PNG image, in place of drawing it.", valueName: "file"))
    var png: String?
    @Option(help: ArgumentHelp("Write the code as an SVG image, in place of drawing it.", valueName: "file"))
    var svg: String?

    /// The files, with what the option of each is called; empty where the code is to be drawn.
    var files: [(name: String, path: String)] {
        [("png", png), ("svg", svg)].compactMap { name, path in path.map { (name, $0) } }
    }

    func validate() throws {
        for (name, path) in files where path.isEmpty || path == "-" {
            throw ValidationError("--\(name) takes the name of a file")
        }
        if let png, png == svg { throw ValidationError("--png and --svg name the same file") }
    }

    /// Writes each file: it is its owner's alone, and there whole or not at all.
    ///
    /// - Throws: ``CommandFailure`` where one can't be written; those before it are there.
    func write(_ code: QRCode) async throws {
        for (name, path) in files {
            let image = name == "png" ? Array(code.png()) : Array(code.svg().utf8)
            try await WholeFile(path: path).write { file in
                do { try file.write(image) } catch let error as OutputError { throw CommandFailure(unwritable: error) }
            }
        }
    }
}
