package server_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/migratetest"
	"github.com/onrecord/onrecord/services/statements/server"
)

func TestPostgreSQLIsUsedOnceMigrated(t *testing.T) { migratetest.UsedOnceMigrated(t, server.Service) }
