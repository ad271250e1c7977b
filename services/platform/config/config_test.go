package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

type serve struct {
	config.HTTP   `embed:""`
	config.Listen `embed:""`
	config.Drain  `embed:""`
}

type cli struct {
	Log     config.Log `embed:""`
	Serve   serve      `cmd:"" help:"Serve."`
	Version struct{}   `cmd:"" help:"Print the version."`
}

func program(out *bytes.Buffer) config.Program {
	return config.Program{
		Name: "sample", Description: "A sample.", Out: out, Err: out,
		Vars: map[string]string{"grpc_listen": "127.0.0.1:50051", "admin_listen": "127.0.0.1:9190"},
	}
}

func TestFlagWinsOverVariableWinsOverDefault(t *testing.T) {
	t.Setenv("ONRECORD_LOG_LEVEL", "warn")
	t.Setenv("ONRECORD_DRAIN_DELAY", "2s")
	var c cli
	ctx, err := config.Parse([]string{"serve", "--drain-delay", "1s"}, &c, program(&bytes.Buffer{}))
	must.OK(t, err)
	must.Equal(t, ctx.Command(), "serve")
	must.Equal(t, c.Log.Level, "warn")
	must.Equal(t, c.Serve.Delay, time.Second)
	must.Equal(t, c.Serve.Timeout, 25*time.Second)
	must.Equal(t, c.Serve.GRPC, "127.0.0.1:50051")
	must.Equal(t, c.Serve.HTTP.Listen, "127.0.0.1:8080")
}

func TestWrongUsage(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"typo":            {[]string{"serve", "--drain-dealy=1s"}, "--drain-delay"},
		"bad level":       {[]string{"serve", "--log-level=loud"}, "log-level"},
		"delay too long":  {[]string{"serve", "--drain-delay=30s"}, "--drain-timeout must be longer"},
		"unknown command": {[]string{"serv"}, "serve"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Parse(tt.args, &cli{}, program(&bytes.Buffer{}))
			must.Err(t, err)
			must.Contains(t, err.Error(), tt.want)
			must.Equal(t, config.ExitCode(err), 2)
		})
	}
}

func TestHelpDoesNotExit(t *testing.T) {
	var out bytes.Buffer
	_, err := config.Parse([]string{"serve", "--help"}, &cli{}, program(&out))
	must.ErrorIs(t, err, config.ErrHelp)
	must.Equal(t, config.ExitCode(err), 0)
	must.Contains(t, out.String(), "--grpc-listen")
	must.Contains(t, out.String(), "ONRECORD_GRPC_LISTEN")
}

func TestExitCode(t *testing.T) {
	must.Equal(t, config.ExitCode(nil), 0)
	must.Equal(t, config.ExitCode(errors.New("boom")), 1)
}

func TestWrongDeclarationIsAnError(t *testing.T) {
	wrong := struct {
		Listen config.Listen `embed:""`
	}{}
	_, err := config.Parse(nil, &wrong, config.Program{Name: "sample"})
	must.Err(t, err)
}

// A variable that is nearly a setting would be ignored without a word.
func TestAMisspeltVariableIsRefused(t *testing.T) {
	for name, says := range map[string]string{
		"ONRECORD_LOG_LEVEAL": "ONRECORD_LOG_LEVEL", "ONRECORD_DRAINDELAY": "ONRECORD_DRAIN_DELAY", "ONRECORD_INSECUR": "ONRECORD_INSECURE",
		"ONRECORD_PORT": "", "ONRECORD_SERVICE_HOST": "", "ONRECORD_TEST_POSTGRES": "", "OFRECORD_LOG_LEVEAL": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "7")
			_, err := config.Parse([]string{"serve"}, &cli{}, program(&bytes.Buffer{}))
			if says == "" {
				must.OK(t, err)
				return
			}
			must.Contains(t, fmt.Sprint(err), name+" is no setting, did you mean "+says+"?")
			must.Equal(t, config.ExitCode(err), 2)
		})
	}
}

// Every program prints its own table, whatever it was told.
func TestSettingsCommand(t *testing.T) {
	t.Setenv("ONRECORD_LOG_LEVEL", "warn")
	var out bytes.Buffer
	_, err := config.Parse([]string{"settings"}, &cli{}, program(&out))
	must.ErrorIs(t, err, config.ErrHelp)
	var table []config.Setting
	must.OK(t, json.Unmarshal(out.Bytes(), &table))
	rows := make(map[string]config.Setting)
	for _, row := range table {
		must.NotEqual(t, row.Help, "")
		must.True(t, strings.HasSuffix(row.Help, "."), "help of %s is no sentence: %s", row.Flag, row.Help)
		must.Equal(t, row.Env, "ONRECORD_"+strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(row.Flag, "--"), "-", "_")))
		rows[row.Flag] = row
	}
	must.Equal(t, len(rows), len(table))
	must.Equal(t, rows["--log-level"].Commands, nil)
	must.Equal(t, rows["--admin-listen"], config.Setting{
		Flag: "--admin-listen", Env: "ONRECORD_ADMIN_LISTEN", Default: "127.0.0.1:9190",
		Help: rows["--admin-listen"].Help, Commands: []string{"serve"},
	})
}

// Every field of the shared structs is a setting with all its parts.
func TestCommonSettingsAreComplete(t *testing.T) {
	for _, group := range []any{config.Log{}, config.Drain{}, config.HTTP{}, config.Listen{}} {
		for field := range reflect.TypeOf(group).Fields() {
			for _, tag := range []string{"name", "help", "default"} {
				_, ok := field.Tag.Lookup(tag)
				must.True(t, ok, "%T.%s has no %s", group, field.Name, tag)
			}
		}
	}
}

func TestCheckListen(t *testing.T) {
	for addr, loopback := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:1": true, "[::1]:80": true, "127.8.0.1:0": true, "[::ffff:127.0.0.1]:1": true,
		":8080": false, "0.0.0.0:80": false, "[::]:80": false, "192.0.2.1:80": false, "example.org:80": false,
	} {
		must.Equal(t, must.Get(config.Loopback(addr))(t), loopback)
		must.Equal(t, config.CheckListen(addr, false) == nil, loopback)
		must.OK(t, config.CheckListen(addr, true))
	}
	must.Contains(t, config.CheckListen("0.0.0.0:80", false).Error(), "--insecure")
	must.Err(t, config.CheckListen("8080", true))
}
