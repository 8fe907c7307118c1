package search

import "strings"

// stemCzech takes case endings and possessives off a Czech noun or adjective, after the light stemmer of Dolamic and Savoy
// ("Indexing and stemming approaches for the Czech language", 2009), but on the word without its accents: Czechs leave them out
// when they search, and a word must not have two stems for it.
func stemCzech(word string) string {
	return levelled(withoutPossessive(withoutCase(fold(word))))
}

// caseEndings by how long a word must be before it can lose them, longest endings first.
var caseEndings = []struct {
	longer  int
	endings []string
}{
	{7, []string{"atech"}},
	{6, []string{"etem", "atum"}},
	{5, []string{
		"ech", "ich", "eho", "emi", "emu", "ete", "eti", "iho", "imi", "imu", "ach", "ata", "aty", "ych", "ama", "ami",
		"ove", "ovi", "ymi",
	}},
	{4, []string{"em", "es", "im", "um", "at", "am", "os", "us", "ym", "mi", "ou"}},
	{3, []string{"a", "e", "i", "o", "u", "y"}},
}

func withoutCase(word string) string {
	for _, group := range caseEndings {
		if len(word) <= group.longer {
			continue
		}
		for _, ending := range group.endings {
			if stem, ok := strings.CutSuffix(word, ending); ok {
				return stem
			}
		}
	}
	return word
}

func withoutPossessive(word string) string {
	if len(word) > 5 && (strings.HasSuffix(word, "ov") || strings.HasSuffix(word, "in") || strings.HasSuffix(word, "uv")) {
		return word[:len(word)-2]
	}
	return word
}

// levelled undoes what an ending did to the consonants before it ("praha", "praze") and the vowel that comes and goes
// ("zbozi" keeps it, "objednavek" loses it).
func levelled(word string) string {
	switch {
	case strings.HasSuffix(word, "ct"):
		return word[:len(word)-2] + "ck"
	case strings.HasSuffix(word, "st"):
		return word[:len(word)-2] + "sk"
	}
	if n := len(word); n > 0 {
		switch word[n-1] {
		case 'c':
			return word[:n-1] + "k"
		case 'z':
			return word[:n-1] + "h"
		}
		if n > 2 && word[n-2] == 'e' {
			return word[:n-2] + word[n-1:]
		}
		if n > 2 && word[n-2] == 'u' { // "stul", "stolu"
			return word[:n-2] + "o" + word[n-1:]
		}
	}
	return word
}
