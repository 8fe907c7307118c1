package i18n

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"
)

func TestCity(t *testing.T) {
	for zone, want := range map[string]string{
		"America/Sao_Paulo": "São Paulo", "America/Argentina/Buenos_Aires": "Buenos Aires", "UTC": "UTC", "": "",
	} {
		if got := City(zone); got != want {
			t.Errorf("%q is called %q, want %q", zone, got, want)
		}
	}
}

// Only a spelling of a zone that there is is of use.
func TestTheCitiesThatAreSpelledOtherwise(t *testing.T) {
	for city := range cities {
		if !slices.ContainsFunc([]string{"America/", "Atlantic/", "Europe/"}, func(region string) bool {
			_, err := time.LoadLocation(region + city)
			return err == nil
		}) {
			t.Errorf("no zone is named after %s", city)
		}
	}
}
