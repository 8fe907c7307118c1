package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"deskbell/internal/fault"
)

const maxFormFields = 1000

// Form fills the struct that into points to from the body of a form. A field takes its name from the tag `form:"name"`;
// one without a tag is never filled, so nobody can set what the form does not offer, and what the form did not declare is
// ignored. An embedded struct is filled like the rest. Strings come as valid UTF-8 without NUL and with plain line ends; a box
// that is ticked is true.
//
// Whether the values make sense is the verb's to say.
func Form(r *http.Request, into any) error {
	values, err := formValues(r, nil)
	if err != nil {
		return err
	}
	return fill(reflect.ValueOf(into).Elem(), values)
}

// Upload is one file of a form, to be read where it is given and not after.
type Upload struct {
	Field, Name, Type string
	io.Reader
}

// FormWithFiles is Form for a form that may carry files. Each goes through take as it comes; nothing of it is kept in memory.
func FormWithFiles(r *http.Request, into any, take func(Upload) error) error {
	values, err := formValues(r, take)
	if err != nil {
		return err
	}
	return fill(reflect.ValueOf(into).Elem(), values)
}

// Query fills a struct from the query string, by the same rules.
func Query(r *http.Request, into any) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return unreadable(err)
	}
	return fill(reflect.ValueOf(into).Elem(), values)
}

// formValues reads a form and leaves what was typed in r.PostForm, where Once looks.
func formValues(r *http.Request, take func(Upload) error) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "multipart/form-data":
		r.PostForm, err = multipartValues(r, take)
		return r.PostForm, err
	case err == nil && kind == "application/x-www-form-urlencoded":
		r.PostForm, err = urlencodedValues(r)
		return r.PostForm, err
	}
	return nil, refusal{fault.New(fault.Invalid, "fault.unreadable"), http.StatusUnsupportedMediaType}
}

func urlencodedValues(r *http.Request) (url.Values, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, bodyFault(err)
	}
	if strings.Count(string(body), "&") >= maxFormFields {
		return nil, tooManyFields()
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, unreadable(err)
	}
	return values, nil
}

func multipartValues(r *http.Request, take func(Upload) error) (url.Values, error) {
	reader, err := r.MultipartReader()
	if err != nil {
		return nil, unreadable(err)
	}
	values, room := url.Values{}, int64(maxBody)
	for n := 0; ; n++ {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, bodyFault(err)
		}
		if n >= maxFormFields {
			return nil, tooManyFields()
		}
		if part.FileName() != "" {
			if err := giveFile(part, take); err != nil {
				return nil, err
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, room+1))
		if err != nil {
			return nil, bodyFault(err)
		}
		if room -= int64(len(text)); room < 0 {
			return nil, fault.New(fault.TooLarge, "fault.too_large", "max", size(maxBody))
		}
		values.Add(part.FormName(), string(text))
	}
}

func giveFile(part *multipart.Part, take func(Upload) error) error {
	if take == nil {
		return nil // this form has no place for files
	}
	err := take(Upload{part.FormName(), clean(part.FileName()), part.Header.Get("Content-Type"), part})
	return bodyFault(err)
}

// bodyFault is err as the sender's doing, when reading what he sent failed.
func bodyFault(err error) error {
	var f *fault.Error
	var large *http.MaxBytesError
	if err == nil || errors.As(err, &f) || errors.As(err, &large) {
		return err
	}
	return unreadable(err)
}

func unreadable(err error) error {
	f := fault.New(fault.Invalid, "fault.unreadable")
	f.Err = err
	return refusal{f, http.StatusBadRequest}
}

func tooManyFields() error {
	return refusal{fault.New(fault.Invalid, "fault.unreadable"), http.StatusRequestEntityTooLarge}
}

func fill(form reflect.Value, values url.Values) error {
	for i := range form.NumField() {
		if form.Type().Field(i).Anonymous { // what several forms have in common
			if err := fill(form.Field(i), values); err != nil {
				return err
			}
			continue
		}
		name := form.Type().Field(i).Tag.Get("form")
		given, ok := values[name]
		if name == "" || !ok {
			continue
		}
		if err := set(form.Field(i), given); err != nil {
			return fault.Field(name, "fault.bad_value")
		}
	}
	return nil
}

func set(field reflect.Value, given []string) error {
	first := clean(given[0])
	switch field.Kind() {
	case reflect.String:
		field.SetString(first)
	case reflect.Bool:
		field.SetBool(first != "" && first != "false" && first != "0")
	case reflect.Int, reflect.Int64:
		return setNumber(first, func() error {
			n, err := strconv.ParseInt(first, 10, 64)
			field.SetInt(n)
			return err
		})
	case reflect.Uint, reflect.Uint64:
		return setNumber(first, func() error {
			n, err := strconv.ParseUint(first, 10, 64)
			field.SetUint(n)
			return err
		})
	case reflect.Slice:
		return setAll(field, given)
	default:
		panic(fmt.Sprintf("web: no form has a %s", field.Type())) // the program is wrong, not its user
	}
	return nil
}

// setNumber leaves a number alone that was left empty.
func setNumber(text string, set func() error) error {
	if text == "" {
		return nil
	}
	return set()
}

func setAll(field reflect.Value, given []string) error {
	all := reflect.MakeSlice(field.Type(), len(given), len(given))
	for i, one := range given {
		if err := set(all.Index(i), []string{one}); err != nil {
			return err
		}
	}
	field.Set(all)
	return nil
}

// clean makes text fit for keeping: valid UTF-8, no NUL, and a line ends in a line feed, whatever the browser sends. All
// else stays as it was typed.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.ContainsAny(s, "\x00\r") {
		s = lines.Replace(s)
	}
	return s
}

var lines = strings.NewReplacer("\x00", "", "\r\n", "\n", "\r", "\n")

// ComesBack reports whether a form should be shown again with what was typed: because that can be mended, or because nothing can
// be written just now and it may be taken when it is sent again.
func ComesBack(err error) bool {
	return IsInput(err) || fault.Is(err, fault.Full) || fault.Is(err, fault.Unavailable)
}
