package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// Every value in the file begins with a codec byte and a CRC-32C over bucket, key and value: bbolt has no checksums on its
// data pages, and a bit that flips on a disk must not become somebody's words.
const (
	codecJSON  = 1
	sealLength = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Seal puts codec byte and checksum before value.
func Seal(bucket string, key Key, value []byte) []byte {
	sealed := make([]byte, sealLength, sealLength+len(value))
	sealed[0] = codecJSON
	sealed = append(sealed, value...)
	binary.BigEndian.PutUint32(sealed[1:sealLength], checksum(bucket, key, sealed))
	return sealed
}

// Unseal checks a sealed value and gives what was sealed, without copying it.
func Unseal(bucket string, key Key, sealed []byte) ([]byte, error) {
	if len(sealed) < sealLength {
		return nil, &Damaged{bucket, key, "is too short"}
	}
	if sealed[0] != codecJSON {
		return nil, &Damaged{bucket, key, fmt.Sprintf("has an unknown codec %d", sealed[0])}
	}
	if binary.BigEndian.Uint32(sealed[1:]) != checksum(bucket, key, sealed) {
		return nil, &Damaged{bucket, key, "does not match its checksum"}
	}
	return sealed[sealLength:], nil
}

// checksum covers bucket, key, codec and value, so that a value at the wrong place is found too.
func checksum(bucket string, key Key, sealed []byte) uint32 {
	sum := crc32.Update(0, castagnoli, []byte(bucket))
	sum = crc32.Update(sum, castagnoli, key)
	sum = crc32.Update(sum, castagnoli, sealed[:1])
	return crc32.Update(sum, castagnoli, sealed[sealLength:])
}

// Damaged is a record that is not what was written.
type Damaged struct {
	Bucket string
	Key    Key
	What   string
}

func (d *Damaged) Error() string {
	return fmt.Sprintf("the record %v in %s %s: run deskbell check, then restore the last good backup", d.Key, d.Bucket, d.What)
}
