package server_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/testkit/migratetest"
)

func TestPostgreSQLIsUsedOnceMigrated(t *testing.T) { migratetest.UsedOnceMigrated(t, server.Service) }
