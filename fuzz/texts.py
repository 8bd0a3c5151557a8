"""Texts that a page, a parser or a table may stumble over."""

import random

# What would act, load or lead elsewhere if any of it entered a page as HTML.
PIECES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=//e>",
    "<style>*{}</style>", "<a href='javascript:alert(1)'>", "</p></div></body>", "<!--", "-->", "<![CDATA[", "]]>",
    '<math><mi//xlink:href="data:x">', "[x](javascript:alert(1))", "[x](data:text/html,<b>)", "[x](JaVaScRiPt:a)",
    "[x](&#106;avascript:a)", "[x](\tjavascript:a)", "[x](//evil.example)", "[x](/admin/)",
    '[x](https://e.example "on\' onclick=\'a")', "![p](https://e.example/p.png)", "![p](javascript:a)", "![<b>](x)",
    '<https://e.example/"onclick=a>', "<javascript:a>", "[r]: javascript:a\n\n[r]", "[r]: <x> 'y'\n",
    "```html\n<script>\n```", '```" onclick=a\nx\n```', "`<b onclick=a>`",
    "|a|b|\n|-|-|\n|<script>|[x](vbscript:a)|\n", "# <h1 id=x>", "> - 1. <form action=//e>", "&lt;script&gt;",
    "&#60;script&#62;", "\\<script>", "{{7*7}}", "{% load x %}", "\x00", "\ud800", "\u202e", "<object data=x>",
    "<base href=//e>", "<meta http-equiv=refresh>", "<input autofocus onfocus=a>", "<details open ontoggle=a>",
    "[a](<javascript:a>)", "[a](  java\nscript:a)", "***", "~~", "__", "[", "](", ")", "\n\n", " ", "<", ">", '"',
    "'", "&",
)  # fmt: skip
# What ends the place where a text stands: an attribute, a script, a text area, a comment, a template.
ENDS = (
    "</textarea>", "</title>", "</script>", "</style>", "</template>", "</pre>", "</code>", "</option></select>", "</noscript>",
    "</svg>", "</dialog>", "</form>", "</td></tr></table>", "</output>", "</summary></details>", "\"><blink>", "'><blink>",
    "`><blink>",
    '" onmouseover="a', "' onmouseover='a", "x onmouseover=a ", '" autofocus onfocus=a x="', '" style="x" ', "--!><blink>",
    "<!-->",
    "<script><!--", "\u2028</script>", "<plaintext>", "<xmp>", "<listing>", "<select><template>", "<frameset>", "<body onload=a>",
    "<html onclick=a>", '<use href="data:image/svg+xml,x">', "<hx-get=/x>", '" hx-get="/x" hx-trigger="load',
    "<div hx-on::load=a>",
    "javascript:alert(1)", "data:text/html,<script>a</script>", "vbscript:a", "//evil.example/x", "https://evil.example/p.png",
    "\\u003cscript\\u003e", "\x0c", "\x1b[31m", "\ufeff", "\ufffe", "%3Cscript%3E", "{#", "#}", "{% endblock %}", "</",
    "<\x00script>", "<scr\x00ipt>", "＜script＞", "&nbsp;", "&#0;", "&#x3c;b&#x3e;", "\U000e0041", "a" * 300, "\r", "\t",
)  # fmt: skip
WORDS = ("train", "14:05", "Utrecht", "platform", "ok", "0.5", "true", "null", "Größe", "大")


def hostile(draw: random.Random) -> str:
    """A text of a few pieces, some of them harmless, so that they meet in ways that nobody thought of."""
    pieces = draw.choices(PIECES + ENDS + WORDS, k=draw.randint(1, 8))
    return draw.choice(("", "", " ")).join(pieces)


def harmless(text: str) -> str:
    """A text of the same length, lines and blanks, all else in it the letter x."""
    return "".join(mark if mark.isalnum() and mark.isascii() or mark in " \n\r\t\f" else "x" for mark in text)
