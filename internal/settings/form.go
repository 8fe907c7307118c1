package settings

// Form describes the fields of something that the owner sets up, so that one admin page can draw them all: a channel says
// what it needs to know and never draws. Label and Hint are catalogue keys.
type Form []Field

// Field is one line of a form. Its name is that of the form value and, by convention, of the JSON field it fills.
type Field struct {
	Name     string
	Label    string
	Hint     string
	Kind     FieldKind
	Required bool
	Choices  []Choice // for Pick
}

// FieldKind says how a field is drawn; the zero kind is one line of text.
type FieldKind int

const (
	Line   FieldKind = iota // one line of text
	Lines                   // several lines; a list has one entry on each
	Number                  // a whole number
	Pick                    // one of Choices
	Hidden                  // a Secret: never sent back to the browser; left empty it stays as it is
)

// Choice is one of the values of a Pick. Label is a catalogue key, or for names that need no translation the name itself.
type Choice struct{ Value, Label string }
