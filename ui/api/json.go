package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// deepest is how far one value may lie within others. Nothing that we read lies deeper than three.
const deepest = 32

// unmarshal reads one JSON value, strictly: what two readers could understand differently is refused.
func unmarshal(data []byte, v any) error {
	if err := check(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

var (
	errUTF8  = errors.New("it is not UTF-8")
	errDeep  = fmt.Errorf("its values lie more than %d deep in one another", deepest)
	errAfter = errors.New("something follows the value")
)

// check walks the tokens: valid UTF-8, one value and nothing behind it, not too deep, no key twice in an object.
func check(data []byte) error {
	if !utf8.Valid(data) {
		return errUTF8
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := value(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errAfter
	}
	return nil
}

func value(dec *json.Decoder, depth int) error {
	if depth > deepest {
		return errDeep
	}
	token, err := dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return object(dec, depth)
	case json.Delim('['):
		for dec.More() {
			if err := value(dec, depth+1); err != nil {
				return err
			}
		}
		_, err = dec.Token()
	}
	return err
}

func object(dec *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if seen[name] {
			return fmt.Errorf("the key %q comes twice", name)
		}
		seen[name] = true
		if err := value(dec, depth+1); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}
