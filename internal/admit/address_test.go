package admit

import "testing"

func TestClientOf(t *testing.T) {
	tests := []struct{ addr, want string }{
		{"192.0.2.7", "192.0.2.7"},
		{"192.0.2.7:4711", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"[2001:db8:1:2::9]:80", "2001:db8:1:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"::1", "::/64"},
		{"@", "@"},
		{"", ""},
	}
	for _, test := range tests {
		if got := ClientOf(test.addr); got != test.want {
			t.Errorf("ClientOf(%q) = %q, want %q", test.addr, got, test.want)
		}
	}
}
