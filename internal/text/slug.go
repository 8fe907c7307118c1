package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestSlug is in bytes: addresses are read aloud, and long ones are cut by mail programs.
const longestSlug = 80

// Slug makes the readable part of an address of a title: small letters and figures with - between them. Latin letters lose
// their accents and Cyrillic ones become Latin, so that the address looks the same wherever it is pasted; other alphabets stay
// as they are. It is empty where the title has no letter and no figure.
func Slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(Line(title)) {
		letters := spell(unicode.ToLower(r))
		if letters == "" {
			gap = gap || !silent[r]
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(letters)
	}
	return shorten(norm.NFC.String(b.String()))
}

// silent signs stand within a word: "don't", "подъезд".
var silent = map[rune]bool{'\'': true, '’': true, 'ʼ': true, 'ь': true, 'ъ': true, 'Ь': true, 'Ъ': true}

// spell gives the letters of an address for one letter of a title, or nothing.
func spell(r rune) string {
	if latin, ok := spelled[r]; ok {
		return latin
	}
	if r < unicode.MaxASCII {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return string(r)
		}
		return ""
	}
	if !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Common, unicode.Inherited) {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return string(r) // in other alphabets a mark is part of its letter, not an ornament
		}
		return ""
	}
	var b strings.Builder
	for _, p := range norm.NFKD.String(string(r)) {
		p = unicode.ToLower(p)
		if latin, ok := spelled[p]; ok {
			b.WriteString(latin)
		} else if unicode.IsLetter(p) || unicode.IsNumber(p) {
			b.WriteRune(p)
		}
	}
	return b.String()
}

var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i", 'ħ': "h", 'ŋ': "ng",
	'ª': "a", 'º': "o",
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "yo", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y", 'к': "k",
	'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts",
	'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'і': "i", 'ї': "yi", 'є': "ye", 'ґ': "g", 'ў': "u", 'ј': "j", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'ђ': "dj", 'џ': "dz",
}

// shorten cuts a slug that is too long, after a word where it can.
func shorten(s string) string {
	if len(s) <= longestSlug {
		return s
	}
	end := longestSlug
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	if s[end] == '-' {
		return s[:end]
	}
	if at := strings.LastIndexByte(s[:end], '-'); at > longestSlug/2 {
		end = at
	}
	return strings.TrimRight(s[:end], "-")
}
