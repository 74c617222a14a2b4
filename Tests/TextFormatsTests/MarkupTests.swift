import Testing
import TextFormats

@Suite struct MarkupTests {
    @Test(arguments: [
        ("plain – text 日本", "plain – text 日本"),
        (#"<a href="x">&'</a>"#, "&lt;a href=&quot;x&quot;&gt;&amp;&#039;&lt;/a&gt;"),
        ("&amp;", "&amp;amp;"),
        ("", ""),
    ])
    func whatSteersMarkupIsEscaped(_ text: String, _ escaped: String) {
        #expect(Markup.escaped(text) == escaped)
    }
}
