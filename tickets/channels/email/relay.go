package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"deskbell/internal/fault"
	"deskbell/internal/jobs"
	"deskbell/internal/mail"
	"deskbell/internal/outbound"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// Relay is the mail server that takes our mail. Without a host there is none.
type Relay struct {
	Host     string          `json:"host"`
	Port     int             `json:"port"`
	Security string          `json:"security"` // starttls, tls or none
	User     string          `json:"user"`
	Password settings.Secret `json:"password"`
	From     string          `json:"from"`  // the address that mail comes from
	Name     string          `json:"name"`  // the name beside it; the shop's when empty
	Allow    []string        `json:"allow"` // networks of our own that the relay may be in, such as 127.0.0.0/8
}

// Outgoing is the relay's setting.
var Outgoing = settings.Define("email", Relay{Port: 587, Security: starttls})

const (
	starttls = "starttls"
	fullTLS  = "tls"
	noTLS    = "none"
)

// Check says what is wrong with it.
func (r Relay) Check() error {
	if r.Host == "" {
		return nil
	}
	switch {
	case len(r.Host) > 253 || strings.ContainsAny(r.Host, " \t\r\n/@"):
		return fault.Field("host", "email.bad_host")
	case r.Port < 1 || r.Port > 65535:
		return fault.Field("port", "email.bad_port")
	case !slices.Contains([]string{starttls, fullTLS, noTLS}, r.Security):
		return fault.Field("security", "fault.bad_value")
	case r.Security == noTLS && r.User != "" && !isLoopback(r.Host):
		return fault.Field("security", "email.no_password_in_clear")
	case r.From == "":
		return fault.Field("from", "fault.required")
	case !mail.IsAddress(r.From):
		return fault.Field("from", "fault.bad_email")
	case len(r.User) > 200 || len(r.Name) > 200:
		return fault.Field("name", "fault.too_long", "max", 200)
	}
	if _, err := r.allowed(); err != nil {
		return fault.Field("allow", "email.bad_network")
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (r Relay) allowed() (networks []netip.Prefix, err error) {
	for _, s := range r.Allow {
		network, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, err
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func (r Relay) sender(shop settings.ShopSetting) mail.Address {
	name := r.Name
	if name == "" {
		name = shop.Name
	}
	return mail.Address{Name: name, Address: r.From}
}

// patience is how long the relay may take over one step; what is left of a try is for the others.
const patience = 15 * time.Second

// send hands a message to the relay and gives what the relay says when it has it. Its error is jobs.Final when the relay says
// that it will never take it.
func (r Relay) send(ctx context.Context, helo, password string, m mail.Message) (says string, err error) {
	msg, err := mail.Compose(m)
	if err != nil {
		return "", jobs.Final(err)
	}
	client, err := r.client(ctx, helo, password)
	if err != nil {
		return "", err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // how it says good-bye does not matter
		return msg.ServerResponse(), nil
	}
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 500 {
		return "", jobs.Final(err)
	}
	return "", err
}

func (r Relay) client(ctx context.Context, helo, password string) (*gomail.Client, error) {
	networks, err := r.allowed()
	if err != nil {
		return nil, err
	}
	trust := &tls.Config{ServerName: r.Host, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{
		gomail.WithPort(r.Port), gomail.WithTimeout(patience), gomail.WithTLSConfig(trust), gomail.WithHELO(helo),
		gomail.WithDialContextFunc(r.dial(ctx, networks, trust)), gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	switch r.Security {
	case fullTLS:
		options = append(options, gomail.WithSSL())
	case starttls:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if r.User != "" { // PLAIN and LOGIN are refused by go-mail itself on a line in clear
		options = append(options, gomail.WithUsername(r.User), gomail.WithPassword(password), gomail.WithOpportunisticSMTPAuth(
			gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	client, err := gomail.NewClient(r.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("the relay's setting does not hold together: %w", err)
	}
	return client, nil
}

// dial connects past the guard, and hangs up when the try is over, wherever the talk has got to by then: try outlives the
// context that go-mail connects in.
func (r Relay) dial(try context.Context, allow []netip.Prefix, trust *tls.Config) gomail.DialContextFunc {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		conn, err := outbound.Dialer(allow...).DialContext(ctx, network, net.JoinHostPort(r.Host, strconv.Itoa(r.Port)))
		if err != nil {
			return nil, err
		}
		context.AfterFunc(try, func() { conn.Close() })
		if r.Security != fullTLS {
			return conn, nil
		}
		safe := tls.Client(conn, trust)
		if err := safe.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, err
		}
		return safe, nil
	}
}

// Form is what the owner sets up.
func (d *Door) Form() settings.Form {
	return settings.Form{
		{Name: "host", Label: "email.host", Hint: "email.host_hint"},
		{Name: "port", Label: "email.port", Kind: settings.Number},
		{Name: "security", Label: "email.security", Kind: settings.Pick, Choices: []settings.Choice{
			{Value: starttls, Label: "email.starttls"}, {Value: fullTLS, Label: "email.tls"}, {Value: noTLS, Label: "email.no_tls"},
		}},
		{Name: "user", Label: "email.user"},
		{Name: "password", Label: "email.password", Kind: settings.Hidden},
		{Name: "from", Label: "email.from", Hint: "email.from_hint"},
		{Name: "name", Label: "email.name", Hint: "email.name_hint"},
		{Name: "allow", Label: "email.allow", Hint: "email.allow_hint", Kind: settings.Lines},
	}
}

// Values are the setting as the form shows it; never the password.
func (d *Door) Values(tx *store.Tx) (map[string]string, error) {
	r, err := Outgoing.Get(tx)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"host": r.Host, "port": strconv.Itoa(r.Port), "security": r.Security, "user": r.User, "from": r.From, "name": r.Name,
		"allow": strings.Join(r.Allow, "\n"),
	}, nil
}

// Configure takes the form as it was filled in. A password that was left empty stays as it is, for as long as host and user
// do: it must not be sent to a server that somebody else put in.
func (d *Door) Configure(tx *store.Tx, by people.Actor, values map[string]string) error {
	was, err := Outgoing.Get(tx)
	if err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(values[name]) }
	r := Relay{
		Host: value("host"), Security: value("security"), User: value("user"), Password: was.Password, From: value("from"),
		Name: value("name"), Allow: strings.Fields(values["allow"]),
	}
	if r.Port, err = strconv.Atoi(value("port")); err != nil {
		return fault.Field("port", "email.bad_port")
	}
	if r.Host != was.Host || r.User != was.User {
		r.Password = settings.Secret{}
	}
	if password := values["password"]; password != "" {
		r.Password = d.Key.Seal(password)
	}
	return people.Configure(tx, by, Outgoing, r)
}
