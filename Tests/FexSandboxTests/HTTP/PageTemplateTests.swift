import Testing

@testable import FexSandbox

@Suite struct PageTemplateTests {
    private func page(_ template: String, _ values: [String: PageTemplate.Value]) -> String {
        PageTemplate(Array(template.utf8)).filled(with: values)
    }

    @Test func `a text is escaped wherever it stands`() {
        #expect(
            page(#"<a title="{{name}}">{{name}}</a>"#, ["name": .text(#"<'&">"#)])
                == #"<a title="&lt;&#39;&amp;&quot;&gt;">&lt;&#39;&amp;&quot;&gt;</a>"#)
    }

    @Test func `what stands in a text is no template`() {
        #expect(page("{{a}}{{b}}", ["a": .text("{{b}}"), "b": .text("{{")]) == "{{b}}{{")
    }

    @Test func `a section is repeated for each element, which may use names from outside`() {
        let list = PageTemplate.Value.list([["b": .text("1")], ["b": .text("2"), "a": .text("y")], [:]])
        let values: [String: PageTemplate.Value] = ["a": .text("x"), "b": .text("0"), "list": list]
        #expect(page("<\n{{#list}}\n{{a}}{{b}}\n{{/list}}\n>{{a}}", values) == "<\nx1\ny2\nx0\n>x")
        #expect(page("<{{#list}}{{a}}{{/list}}>", ["list": .list([])]) == "<>")
    }

    @Test func `sections lie within each other`() {
        let rows: PageTemplate.Value = .list([
            ["cells": .list([["c": .text("1")], ["c": .text("2")]])], ["cells": .list([])],
        ])
        #expect(page("{{#rows}}[{{#cells}}{{c}}{{/cells}}]{{/rows}}", ["rows": rows]) == "[12][]")
    }
}
