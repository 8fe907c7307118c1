package demohouse

import "deskbell/internal/people"

// team are the agents. Everything here is made up; the addresses cannot exist (RFC 2606).
var team = []struct {
	key, name, email, language string
	role                       people.Role
	departments                []string
}{
	{"ana", "Ana Prado", "ana@kettle.example", "", people.Owner, nil},
	{"rui", "Rui Tavares", "rui@kettle.example", "pt-BR", people.Lead, []string{"Sales"}},
	{"mia", "Mia Novak", "mia@kettle.example", "", people.AgentRole, []string{"Workshop"}},
}

// customers are the contacts.
var customers = []struct{ key, name, email, phone, language, zone string }{
	{"lena", "Lena Vogt", "lena.vogt@mail.example", "+49 30 5550142", "en", "Europe/Berlin"},
	{"joao", "João Figueiredo", "joao.figueiredo@correio.example", "+55 11 95550-1234", "pt-BR", "America/Sao_Paulo"},
	{"priya", "Priya Raman", "priya.raman@mail.example", "", "en", "Asia/Kolkata"},
	{"omar", "عمر الحسن", "omar@mail.example", "", "en", "Asia/Amman"},
	{"beatriz", "Beatriz Lima", "bia.lima@correio.example", "", "pt-BR", "America/Recife"},
	{"tom", "Tom Ashworth", "tom@ashworth.example", "+44 20 5550 0199", "en", "Europe/London"},
	{"carmen", "Carmen Ruiz", "carmen.ruiz@correo.example", "", "es", "Europe/Madrid"},
	{"yuki", "田中 雪", "yuki.tanaka@mail.example", "", "en", "Asia/Tokyo"},
	{"petr", "Petr Dvořák", "petr.dvorak@posta.example", "", "cs", "Europe/Prague"},
	{"grace", "Grace Okafor", "grace.okafor@mail.example", "", "en", "Africa/Lagos"},
	{"promo", "Best Offers 4U", "deals@offers.example", "", "en", ""},
}
