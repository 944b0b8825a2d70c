// Package program is what the mains here have in common: flags over defaults, logs, an end by signal.
package program

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/runtime"
	logsapi "k8s.io/component-base/logs/api/v1"

	logs "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/util"
)

// Defaults writes into `internal` what the published scheme says where nothing is said.
func Defaults(scheme *runtime.Scheme, versioned runtime.Object, internal any) error {
	scheme.Default(versioned)
	return scheme.Convert(versioned, internal, nil)
}

// Main reads the flags that `flags` has, starts the logs, and runs until it ends or a signal comes. A flag that there is not
// is an error: a manifest that asks for more than was built has to fail, not to be half obeyed.
func Main(flags *pflag.FlagSet, logging *logsapi.LoggingConfiguration, run func(context.Context) error) {
	version := flags.Bool("version", false, "say the version, and end")
	if err := flags.Parse(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if *version {
		fmt.Println(util.AppVersion)
		return
	}
	logs.InitLogs()
	defer logs.FlushLogs()
	if logging != nil {
		if err := logs.ValidateAndApply(logging); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(logs.NewContext(ctx, logs.Log)); err != nil && ctx.Err() == nil {
		logs.Log.Error(err, "ended")
		logs.FlushLogs()
		os.Exit(1)
	}
}
