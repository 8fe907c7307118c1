package forum

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// memberName takes a name under which a member wants to write: letters, figures and what stands between them, and none that
// could pass for the shop's. No sign is left that could be drawn to look like the staff's badge.
func memberName(tx *store.Tx, name string) (string, error) {
	name = text.Line(name)
	switch {
	case name == "":
		return "", fault.Field("name", "fault.required")
	case utf8.RuneCountInString(name) > 60:
		return "", fault.Field("name", "fault.too_long", "max", 60)
	case strings.ContainsFunc(name, oddInName) || !strings.ContainsFunc(name, unicode.IsLetter):
		return "", fault.Field("name", "forum.name_signs")
	}
	taken, err := staffLike(tx, name)
	if err == nil && taken {
		err = fault.Field("name", "forum.name_reserved")
	}
	return name, err
}

func oddInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && !strings.ContainsRune(" '’.-_\u200c\u200d", r)
}

// staffLike tells whether a name looks like the shop's, one of its agents', or an office in it.
func staffLike(tx *store.Tx, name string) (bool, error) {
	if slices.ContainsFunc(strings.Fields(name), mixed) {
		return true, nil // no list of letters that look alike is ever complete
	}
	looks := looksLike(name)
	words := append(strings.Fields(looks), looks)
	words = append(words, strings.Fields(looksLike(strings.TrimRightFunc(name, unicode.IsNumber)))...) // admin1
	if slices.ContainsFunc(words, func(word string) bool { return reserved[word] }) {
		return true, nil
	}
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return false, err
	}
	if whole := joined(looks); whole == joined(looksLike(shop.Name)) || reserved[whole] {
		return true, nil
	}
	agents, err := people.Agents(tx)
	if err != nil {
		return false, err
	}
	for _, a := range agents {
		if joined(looks) == joined(looksLike(a.Name)) || joined(looks) == joined(looksLike(a.Shown())) {
			return true, nil
		}
	}
	return false, nil
}

// mixed tells whether a word has Latin letters beside those of an alphabet that is never written with them in one word. What
// is drawn like the letters that we know, wide or bold, counts as they do.
func mixed(word string) bool {
	latin, other := false, false
	for _, r := range norm.NFKC.String(word) {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin = true
		case unicode.IsLetter(r) && !unicode.In(r, unicode.Common, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo):
			other = true
		}
	}
	return latin && other
}

// reserved are offices that a member cannot hold, in the languages of the house and of those who would pretend.
var reserved = set("admin administrator administrador administradora moderator moderador moderadora mod staff " +
	"team equipe equipo support suporte soporte podpora official oficial helpdesk deskbell system sistema root webmaster " +
	"agent agente owner atendimento ajuda")

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[looksLike(w)] = true
	}
	return all
}

// looksLike brings a name to what an eye takes it for: accents, case and width fall away, and letters of other alphabets and
// figures become the Latin letters that they are drawn like. After the skeletons of UTS #39, for the letters that matter.
func looksLike(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKD.String(name)) {
		if latin, ok := lookalikes[r]; ok {
			r = latin
		}
		switch {
		case unicode.IsMark(r) || r == '\u200c' || r == '\u200d' || r == '\'' || r == '’':
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.NewReplacer("rn", "m", "vv", "w").Replace(strings.Join(strings.Fields(b.String()), " "))
}

func joined(s string) string { return strings.ReplaceAll(s, " ", "") }

var lookalikes = func() map[rune]rune {
	all := map[rune]rune{}
	for latin, others := range map[rune]string{
		'a': "аαɑ4@", 'b': "вьβЬ", 'c': "сϲ", 'd': "ԁɗ", 'e': "еєεё3", 'f': "ƒ", 'g': "ɡ9", 'h': "һнħ",
		'l': "iıіїιӏł1|ǀ!jјϳ", 'k': "кκ", 'm': "м", 'n': "пηɳ", 'o': "оοσ0ø", 'p': "рρ", 'q': "ԛ",
		'r': "гɾ", 's': "ѕ5", 't': "тτ7", 'u': "υцս", 'v': "νѵ", 'w': "ѡԝω", 'x': "хχ", 'y': "уүγ", 'z': "ʐ2",
	} {
		for _, other := range others {
			all[other] = latin
		}
	}
	return all
}()
