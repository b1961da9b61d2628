/// A page on which a person logs in and answers, `Pages/login.html`: plain HTML without a script, which a phone, a
/// keyboard and a screen reader can use.
struct LoginPage: Sendable {
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
        /// The names and values of hidden fields.
        var hidden: [(String, String)] = []

        fileprivate var values: [String: PageTemplate.Value] {
            [
                "action": .text(action), "username": .text(username),
                "codes": .list(asksForCode ? [["user_code": .text(userCode)]] : []),
                "hidden": .list(hidden.map { ["name": .text($0), "value": .text($1)] }),
            ]
        }
    }

    private static let template = PageTemplate(PackageResources.login_html)

    /// The page as HTML.
    var html: String {
        LoginPage.template.filled(with: [
            "title": .text(title), "sentences": .list(sentences.map { ["sentence": .text($0)] }),
            "problems": .list(problem.map { [["problem": .text($0)]] } ?? []),
            "forms": .list(form.map { [$0.values] } ?? []),
        ])
    }
}
