#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/value.h"
#include "provisioner/engine/transport/connections.h"
#include "provisioner/language/jinja/templar.h"
#include "provisioner/language/playbook/playbook.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::action {

// What a module's controller half asks of the run. It never waits itself.
struct CallModule {  // the node half, with these arguments
  std::string module;
  value::Dict arguments;
  std::vector<transport::Blob> blobs = {};
  bool even_in_check_mode = false;  // the call is a pure query
  bool force_check = false;         // look only, whatever the mode
};
struct CallRaw {
  std::string command;
  std::chrono::milliseconds deadline{0};
};
struct Pause {
  std::chrono::milliseconds duration;
};
struct ResetConnection {};
// Whether the node may go down now; its answer has failed where it may not: `msg` says why,
// `is_lasting` whether waiting does not help. Where it may, it counts as away from then on.
struct AskToLeave {};
struct TellReturn {};
using Request =
    std::variant<CallModule, CallRaw, Pause, ResetConnection, AskToLeave, TellReturn>;

// What came of it. `lost` is set where the link went; an action may expect that (reboot).
struct Reply {
  wire::Outcome outcome;
  std::optional<base::Error> lost;
  bool is_unknown = false;
};

// Changes to the run itself that a result asks for; the run carries them out.
struct Effects {
  value::Dict facts;  // set_fact, setup: name -> value
  bool facts_cacheable = false;
  bool facts_are_set = false;      // set_fact's layer, not the gathered facts'
  value::Dict included_variables;  // include_vars' layer
  struct AddHost {
    std::string name;
    std::vector<std::string> groups;
    value::Dict variables;
  };
  std::optional<AddHost> add_host;
  struct AddGroup {
    std::string name;
    std::vector<std::string> parents;
  };
  std::optional<AddGroup> add_group;
  value::Dict stats;
  bool stats_per_host = false, stats_aggregate = true;
  std::vector<std::string> warnings;
};

struct Result {
  wire::Outcome outcome;
  Effects effects;
};

// What an action may see: one task on one host (and, in a loop, one item). Lives until the action
// has ended.
struct Context {
  const playbook::Task& task;
  const jinja::Templar& templar;
  jinja::Scope& scope;
  const jinja::Surroundings& surroundings;
  const modules::Spec& spec;
  value::Dict arguments;  // resolved, bound to the spec
  bool check = false, diff = false;
  int verbosity = 0;
  std::string host;
  const os::Clock* clock = &os::system_clock();
  value::Dict given = {};  // resolved, as the user gave them: what a node's own module is told
};

// One execution of a controller half. `start` and `proceed` answer with the next request, or the
// result.
class Execution {
 public:
  using Next = std::variant<Request, Result>;
  virtual ~Execution() = default;
  virtual Next start() = 0;
  virtual Next proceed(Reply reply) = 0;

  // True while a lost link is an answer and not a failure (reboot, wait_for_connection): `proceed`
  // is then called with `Reply::lost`. Otherwise the run ends the task as unreachable or unknown by
  // itself.
  virtual bool expects_loss() const { return false; }
};

template <class Value>
class Steps;

// The controller half of a module, written as a coroutine (steps.h). Most modules have none: the
// default passes the arguments through.
struct Action {
  modules::Spec spec;
  Steps<Result> (*run)(Context& context) = nullptr;
  bool is_controller_only = false;  // never opens a connection
  bool is_once_per_batch = false;   // add_host: runs on the first host only
};

// The controller half of a module by its canonical name; nullptr where it has none.
const Action* find_action(std::string_view module);
std::vector<std::string> action_names();
// The options of a module: those of its controller half, else of its node half; nullptr where it is
// not here.
const modules::Spec* find_spec(std::string_view name);

// The slot for modules that are not ours: executables speaking JSON, and a user's Python through
// the controller's own ansible-core. Answers nullptr for what it does not know either.
class ForeignModules {
 public:
  virtual ~ForeignModules() = default;
  virtual const Action* find(std::string_view name) const = 0;
};

// Starts the controller half for a task on a host; a module that is known but not here answers with
// a failure that says so.
std::unique_ptr<Execution> start_action(Context& context, const ForeignModules* foreign);

}  // namespace provisioner::action
