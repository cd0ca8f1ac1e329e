// Prints what Go's regexp package makes of many patterns, for tests of heapwise's translation.
//
//	go run main.go [RANDOM [SEED]] > cases.jsonl
//
// The first line has the texts, in hexadecimal because not all are UTF-8. Each line after it has a
// pattern and either Go's refusal or one digit per text: 1 where the pattern matches it.
package main

import (
	"encoding/hex"
	"encoding/json"
	"math/rand"
	"os"
	"regexp"
	"strconv"
	"strings"
)

var texts = []string{
	"", "a", "b", "A", "ab", "aab", "abc", "ABC", "a b", "a\nb", "\n", "\na", "a\n", "\t", "\v", "\f\r",
	"main.main", "main.(*Server).handle", "runtime.mallocgc", "net/http.(*conn).serve.func1",
	"/src/a-b/c_d.go", "x{2,1}", "a{,2}", "a{2", "[a]", "a&&b", "a--b", "a~~b", "-", "]", "^", "\\", "\\d",
	"0", "7", "12", "_", "é", "É", "aé", "éa", "aéa", "e\u0301", "ß", "ſ", "s", "S", "k", "K", "\u212a",
	"İ", "ı", "σ", "ς", "Σ", "µ", "μ", "日本", "٣", "\u00a0", "\u2028", "\u0085", "ǅ", "Ⅷ", "ⅷ", "😀",
	"\ufffd", "\xff", "\xe2\x82", "a\xffb", "\xed\xa0\x80", "\x00", "\x7f", "\u0378", "\U0010ffff",
	"aaaaaaaaaa", "foo.bar", "foo", "bar", "foobar", "Foo", "(", ")", "a(b", "a|b", "a*", "a+", "a.b", "$", "x",
	"#", "a #b", "\a", "\u00e9\u00e9", "α", "Ω", "\u2126", "å", "\u212b",
}

var curated = []string{
	``, `a`, `abc`, `a.b`, `.`, `(?s).`, `(?s)a.b`, `^a`, `a$`, `^$`, `(?m)^a`, `(?m)a$`, `(?m)^$`, `\Aa`, `a\z`, `a\Z`,
	`(?-m)^a`, `(?m-s)a$`, `^*`, `$*a`, `\b`, `\B`, `\ba`, `a\b`, `\Ba`, `a\B`, `\bé`, `\Bé`, `^\B$`, `\b\B`, `.\D|\B`, `a\Bb`,
	`(?i)\bA`, `\d`, `\D`, `\w`, `\W`, `\s`, `\S`, `^\w+$`, `^\W+$`, `^\s+$`, `^\d+$`, `(?i)\w`, `(?i)^\w$`, `(?i)^\W$`,
	`(?i)[\w]`, `(?i)^[\W]$`, `(?i)^[^\w]$`, `(?i)k`, `(?i)^K$`, `(?i)s`, `(?i)ß`, `(?i)σ`, `(?i)µ`, `(?i)[k-l]`, `(?i)[^k]`,
	`(?i)^[^k]$`, `(?i)^[^s-t]$`, `(?i)İ`, `(?i)ı`, `(?i)i`, `(?i)ǆ`, `(?i)å`, `(?i)Ω`, `(?i)abc`, `a(?i)b`, `(a(?i)b)c`, `(?i:a)b`,
	`(?i)a(?-i)b`, `(?i)a|b`, `((?i)a|b)b`, `(?U)a+`, `(?U)a+?`, `(?Ui)A`, `(?x)a #b`, `(?x: a b)`, `(?u)a`, `(?R)a`, `(?n)a`,
	`(?)a`, `(?:a)`, `(?i`, `(?`, `(?-)a`, `(?i-)a`, `(?-i-s)a`, `(?--i)a`, `(?is:a.)`, `(?i)(?s).`, `(?^i)a`, `(?#c)a`,
	`(?P<n>a)`, `(?<n>a)`, `(?P<1>a)`, `(?P<>a)`, `(?<>a)`, `(?P<n-m>a)`, `(?P<n`, `(?<n`, `(?P<n>a)(?P<n>b)`, `(?P=n)`, `(?'n'a)`,
	`(?P<n>`, `(?<`, `(?P<`, `(?<é>a)`, `(?=a)`, `(?!a)`, `(?<=a)b`, `(?<!a)b`, `(?>a)`, `(?|a)`, `\1`, `(a)\1`, `\8`, `\k<n>`, `\g1`, `\K`,
	`\0`, `\00`, `\07`, `\011`, `\12`, `\141`, `\377`, `\400`, `\777`, `\18`, `\x61`, `\x6`, `\x`, `\xg1`, `\x{61}`, `\x{}`, `\x{110000}`, `\x{10FFFF}`,
	`\x{0000000061}`, `\x{D800}`, `[\x{D800}]`, `[\x{D800}-\x{DFFF}]`, `[^\x{D800}]`, `[\x{D7FF}-\x{E000}]`, `\x{61`, `\x{g}`, `\x{FFFD}`, `^\x{FFFD}$`, `^..$`, `^.$`,
	`\a`, `\f`, `\n`, `\r`, `\t`, `\v`, `\e`, `\c`, `\cA`, `\h`, `\H`, `\R`, `\X`, `\N`, `\G`, `\C`, `\Q`, `\E`, `\Qa.b\E`, `\Qa.b`, `\Qab\E*`, `a\Q\E*`, `a*\Q\E*`, `a{2}\Q\E?`,
	`\Q\d\E\d`, `\Q(\E`, `\Q[a]\E`, `(?i)\QA\E`, `\Q\Q\E`, `\Qa\E|\Qb\E`, `\_`, `\-`, `\é`, `\ `, `\#`, `\/`, `\<`, `\>`, `\'`, `\"`, "\\`", `\y`, `\z*`, `\pN`, `\pL`, `\PL`, `\pNd`, `\p{Nd}`,
	`\p{^Nd}`, `\P{^Nd}`, `\pé`, `\p`, `\p{`, `\p{}`, `\p{L`, `\p{Greek}`, `\p{greek}`, `\p{GREEK}`, `\p{Script=Greek}`, `\p{sc=Greek}`, `\p{Letter}`, `\p{letter}`, `\p{Lu}`, `(?i)\p{Lu}`,
	`(?i)\p{Ll}`, `(?i)\P{Lu}`, `(?i)^\P{Ll}$`, `(?i)[\p{Lu}]`, `(?i)[^\p{Lu}]`, `(?i)^[^\P{Lu}]$`, `\p{Lt}`, `(?i)\p{Lt}`, `\p{LC}`, `\p{L&}`, `\p{Any}`, `\P{Any}`, `\p{ASCII}`, `(?i)\p{ASCII}`, `(?i)\P{ASCII}`, `\p{Assigned}`,
	`\p{Cn}`, `\p{Cs}`, `\P{Cs}`, `\p{C}`, `\p{Cc}`, `\p{Zs}`, `\p{Z}`, `\p{White_Space}`, `\p{Alphabetic}`, `\p{Han}`, `\p{Han}{2}`, `\p{Old_Italic}`, `\p{Old Italic}`, `\p{OldItalic}`, `\p{Emoji}`, `\p{Uppercase_Letter}`,
	`\p{Uppercase Letter}`, `\p{punct}`, `\p{digit}`, `\p{cntrl}`, `\p{Common}`, `(?i)\p{Greek}`, `(?i)\p{Common}`, `(?i)\P{Greek}`, `\p{Latin}`, `(?i)\p{Latin}`, `\p{Inherited}`, `\p{gc=L}`, `\p{Sc}`, `\p{Cf}`, `\p{Script}`, `\p{is_greek}`,
	`\p{Unknown}`, `\p{Zzzz}`, `\p{Katakana_Or_Hiragana}`, `\p{Greek`, `[\p{Greek]`, `[[:alpha:]]`, `[[:^alpha:]]`, `[[:word:]]`, `[[:foo:]]`, `[[:Alpha:]]`, `[:alpha:]`, `[[:alpha:`, `[[:alpha]`, `[[:alpha]]`, `[[:alpha:]`, `[a[:digit:]b]`,
	`[[:punct:]]`, `[[:graph:]]`, `[[:print:]]`, `[[:space:]]`, `[[:cntrl:]]`, `[[:blank:]]`, `[[:xdigit:]]`, `[[:ascii:]]`, `[[:^ascii:]]`, `(?i)[[:upper:]]`, `(?i)[[:^upper:]]`, `(?i)[[:lower:]]`, `[[:upper:]]`, `[[:lower:]]`, `[[:alnum:]]`, `[[:digit:]]`, `[[:^word:]]`,
	`[a]`, `[^a]`, `[]a]`, `[^]a]`, `[]`, `[^]`, `[`, `[^`, `[a`, `[]`, `[a-]`, `[-a]`, `[a-c]`, `[c-a]`, `[a-\d]`, `[\d-a]`, `[\d-]`, `[a-c-e]`, `[a-\x63]`, `[--a]`, `[a--b]`, `[a&&b]`, `[a~~b]`, `[&&]`, `[~~]`, `[[a]]`, `[[a]`, `[a[b]c]`,
	`[a[]`, `[[]`, `[\[]`, `[\]]`, `[\^a]`, `[\-a]`, `[a^]`, `[\b]`, `[\B]`, `[\A]`, `[\z]`, `[\Q]`, `[\Qa\E]`, `[\C]`, `[\pL]`, `[\PL]`, `[^\pL\d]`, `[\w-]`, `[^\w\W]`, `[\s\S]`, `[^\x00-\x{10FFFF}]`, `[\x00-\x{10FFFF}]`, `[\n]`, `[^\n]`, `[^a]b`,
	`[.]`, `[$]`, `[(]`, `[*]`, `[ #]`, `[é]`, `[^é]`, `[à-ï]`, `[\141]`, `[\0]`, `[\e]`, `[a\]`, `[a\`, `\`, `a\`, `a**`, `a*+`, `a+*`, `a??`, `a???`, `a*?`, `a+?`, `a{2}?`, `a{2}+`, `a{2}{3}`, `a*{2}`, `a{2}*`, `(a*)*`, `(a*)+`, `(a|b)*`,
	`(?:a{2})*`, `(a?)+?b`, `*`, `*a`, `+`, `?`, `(*)`, `(|*)`, `a|*`, `(?i)*`, `a*(?i)*`, `{`, `{2}`, `}`, `a{`, `a{}`, `a{,}`, `a{,2}`, `a{2`, `a{2,`, `a{2,1}`, `a{1,2}`, `a{2,}`, `a{0}`, `a{0,0}`, `a{01}`, `a{1,02}`, `a{ 1}`, `a{1 }`, `a{1000}`, `a{1001}`,
	`a{1,1001}`, `a{1001,}`, `a{99999999999}`, `a{1,99999999999}`, `(a{100}){10}`, `(a{100}){11}`, `((a{10}){10}){10}`, `((a{10}){10}){11}`, `(a{1000}){0}`, `((a{1000}){0}){2}`, `(a{1000})*`, `(a{501}|b){2}`, `(a{500}|b){2}`, `((a{0,1000})?){2}`, `(a{2,}){501}`, `(a{0,}){1000}`,
	`x{2,1}`, `{2,1}`, `a|b`, `a|`, `|a`, `|`, `||`, `()`, `(|)`, `(a|)`, `()*`, `(|a)*`, `(|a)+`, `(a`, `a)`, `)`, `(`, `(()`, `())`, `(a)(b)`, `((a)|b)+`, `(a|ab)(c|bcd)`, `a b`, `a #b`, `#`, `a&b`, `a~b`, `a&&b`, `<a>`, `a/b`, `"a"`, `%`,
	`foo|bar`, `^(foo|bar)$`, `^foo|bar$`, `runtime\.`, `\.func\d+$`, `\(\*[A-Z]\w+\)\.`, `main\.(main|init)`, `^(runtime\..*|.*alloc.*)$`, `net/http.*serve`, `[a-z/]+\.\(\*conn\)`, `(?i)SERVER`, `.*\.go$`, `^/src/`, `日`, `^日本$`, `[日-本]`, `😀`, `\x{1F600}`, `^é+$`, `e\x{301}`,
}

// What random patterns are made of.
var pieces = []string{
	"a", "b", "A", "s", "k", "é", "σ", ".", "^", "$", "|", "|", "(", "(", ")", ")", "(?:", "(?i)", "(?i:", "(?s)", "(?m)", "(?U)", "(?-i)", "(?P<n>",
	"*", "+", "?", "{2}", "{0,2}", "{1,}", "{", "}", "[", "]", "[^", "[a-z]", "[^a]", "[[:alpha:]]", "[:digit:]", "-", "&&", "--", "~~", `\d`, `\D`, `\w`, `\W`, `\s`, `\S`,
	`\b`, `\B`, `\A`, `\z`, `\pL`, `\PL`, `\p{Lu}`, `\p{Greek}`, `\P{Nd}`, `\Q`, `\E`, `\x{61}`, `\141`, `\n`, `\.`, `\\`, `\(`, " ", "#", ",", ":", "_", "0", "/", "<", "=", "!",
}

func main() {
	random, seed := 600, int64(1)
	if len(os.Args) > 1 {
		random, _ = strconv.Atoi(os.Args[1])
	}
	if len(os.Args) > 2 {
		seed, _ = strconv.ParseInt(os.Args[2], 10, 64)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	var encoded []string
	for _, text := range texts {
		encoded = append(encoded, hex.EncodeToString([]byte(text)))
	}
	out.Encode(map[string]any{"texts": encoded})
	for _, pattern := range curated {
		out.Encode(ask(pattern))
	}
	from := rand.New(rand.NewSource(seed))
	accepted, refused := 0, 0
	for accepted+refused < random {
		var pattern strings.Builder
		for range 1 + from.Intn(9) {
			pattern.WriteString(pieces[from.Intn(len(pieces))])
		}
		answer := ask(pattern.String())
		if answer["error"] == nil {
			accepted++
		} else if refused > random/4 {
			continue
		} else {
			refused++
		}
		out.Encode(answer)
	}
}

func ask(pattern string) map[string]any {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return map[string]any{"pattern": pattern, "error": err.Error()}
	}
	var matches strings.Builder
	for _, text := range texts {
		if compiled.MatchString(text) {
			matches.WriteByte('1')
		} else {
			matches.WriteByte('0')
		}
	}
	return map[string]any{"pattern": pattern, "matches": matches.String()}
}
