// Package advicesteps has what grows and is split step by step, and what only looks alike.
package advicesteps

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// Matches compiles a pattern for each text.
//
//go:noinline
func Matches(pattern, text string) bool {
	ok, _ := regexp.MatchString(pattern, text)
	return ok
}

// MatchesAny compiles a pattern that comes as any value.
//
//go:noinline
func MatchesAny(pattern any, text string) bool {
	var compiled *regexp.Regexp
	var err error
	compiled, err = regexp.Compile(pattern.(string))
	if err != nil {
		return false
	}
	return compiled.MatchString(text)
}

// Matched copies a text to match it.
//
//go:noinline
func Matched(compiled *regexp.Regexp, text any) bool {
	return compiled.Match([]byte(text.(string)))
}

// Runes grows in three steps.
//
//go:noinline
func Runes(text string) []rune {
	var all []rune
	for _, r := range text {
		all = append(all, r)
	}
	return all
}

// Signs grows on two lines.
//
//go:noinline
func Signs(numbers []int) []int {
	var all []int
	for _, number := range numbers {
		if number%3 > 0 {
			all = append(all, number)
		} else {
			all = append(all, -number)
		}
	}
	return all
}

// Replaced writes a text sign by sign.
//
//go:noinline
func Replaced(text string, by map[rune]string) string {
	var out bytes.Buffer
	for _, r := range text {
		if other, ok := by[r]; ok {
			out.WriteString(other)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// Sum looks at each part.
//
//go:noinline
func Sum(text string) (sum int) {
	for _, part := range strings.Split(text, ",") {
		sum += len(part)
	}
	return sum
}

// Words looks at each word.
//
//go:noinline
func Words(text string) (sum int) {
	words := strings.Fields(text)
	for _, word := range words {
		sum += len(word)
	}
	return sum
}

// Value wants what is behind a sign.
//
//go:noinline
func Value(text string) string {
	parts := strings.SplitN(text, "=", 2)
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

// Same compares without regard to case.
//
//go:noinline
func Same(one, other string) bool {
	return strings.ToLower(one) == strings.ToLower(other)
}

// Labelled looks a text up that is put together of several on two lines.
//
//go:noinline
func Labelled(known map[string]int, one, other string) int {
	label := fmt.Sprintf("%s/%s",
		one, other)
	return known[label]
}
