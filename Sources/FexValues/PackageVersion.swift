/// The version of this package, its programs and its libraries; it stands here and nowhere else.
package enum PackageVersion {
    package static let number = "0.9.0"
}
