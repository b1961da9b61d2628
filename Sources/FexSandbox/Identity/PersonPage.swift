/// A page on which a person logs in and answers: plain HTML without a script, fit for a phone, a keyboard and a reader
/// of screens.
struct PersonPage: Sendable {
    var title: String
    /// Sentences above the form.
    var sentences: [String]
    /// What went wrong with the last attempt.
    var problem: String?
    /// The form, if there is something to answer.
    var form: Form?

    /// A form that allows or denies.
    struct Form: Sendable {
        var action: String
        /// Whether the person types the code themselves.
        var asksForCode = false
        var userCode = ""
        var username = ""
        /// What goes along unseen.
        var hidden: [(String, String)] = []
    }

    /// The page as HTML; everything that came from outside is escaped.
    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>
        body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 2rem auto; padding: 0 1rem;
          color: #1a1a1a; background: #fff; }
        label { display: block; margin-top: 1rem; }
        input, button { font: inherit; padding: .6rem; width: 100%; box-sizing: border-box; border: 1px solid #555;
          border-radius: .4rem; }
        button { margin-top: 1rem; background: #fff; color: #1a1a1a; }
        button.yes { background: #0b5d3b; color: #fff; }
        :focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px; }
        .problem { color: #a40000; font-weight: bold; }
        </style>
        </head>
        <body>
        <main>
        <h1>\(escaped(title))</h1>
        \(sentences.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n"))
        \(problem.map { "<p class=\"problem\" role=\"alert\">\(escaped($0))</p>" } ?? "")
        \(form.map(html) ?? "")
        </main>
        </body>
        </html>

        """
    }

    private func html(_ form: Form) -> String {
        let code = """
            <label for="user_code">Code shown on the device</label>
            <input id="user_code" name="user_code" value="\(escaped(form.userCode))" required maxlength="16" \
            autocomplete="off" autocapitalize="characters" spellcheck="false">

            """
        let hidden = form.hidden.map { name, value in
            "<input type=\"hidden\" name=\"\(escaped(name))\" value=\"\(escaped(value))\">"
        }
        return """
            <form method="post" action="\(escaped(form.action))">
            \(hidden.joined(separator: "\n"))
            \(form.asksForCode ? code : "")<label for="username">User name</label>
            <input id="username" name="username" value="\(escaped(form.username))" required maxlength="128" \
            autocomplete="username" autocapitalize="none" spellcheck="false">
            <label for="password">Password</label>
            <input id="password" name="password" type="password" required maxlength="128" \
            autocomplete="current-password">
            <button class="yes" name="answer" value="allow">Allow</button>
            <button name="answer" value="deny" formnovalidate>Deny</button>
            </form>
            """
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
