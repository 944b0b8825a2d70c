#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/engine/transport/greeting.h"
#include "provisioner/engine/transport/ssh_settings.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/language/inventory/effective_node.h"
#include "provisioner/machine/metal/open_bmc.h"

namespace CLI {
class App;
}
namespace provisioner::inventory {
class HostScope;
}
namespace provisioner::run {
struct ServerSettings;
}

namespace provisioner::cli {

// Which machines of which inventory a command is about.
struct NodeWords {
  RunWords run;
  std::string pattern;        // as for -l, and ranges of names: "n[01:03]"
  std::string instance = {};  // all of this one, and no pattern
  // Variables to have of each where they can be evaluated: else that is no problem of the machine.
  std::vector<std::string> if_known = {};
};
// `positional` names the words for the pattern in help; `words` must outlive the parsing.
void add_node_words(CLI::App& command, NodeWords& words, const char* positional);

// A machine as the inventory has it, or why that cannot be told.
struct NamedNode {
  std::string name;
  inventory::Node node = {};
  value::Dict variables = {};  // those that were asked for, evaluated
  std::shared_ptr<const inventory::Inventory> inventory = {};  // that it is of
  std::string folder = {};  // of the source that named it; "" where that is no file
  bool is_meant = true;     // by the words, and not only one of the inventory's others
  std::optional<base::Error> problem = {};
  // What a run would connect to, where one of `ssh_variables` was asked for.
  std::shared_ptr<const run::ServerSettings> server = {};

  std::string ssh_address() const;  // `ansible_host`, which must be asked for, else its name
  // What a connection would do for this node: variables, ansible.cfg, environment, command line and
  // the user's ssh configuration have their say. Throw `problem`, and Error(unreachable) where that
  // configuration cannot be read. Any thread.
  transport::SshPlace ssh_place() const;
  bool is_this_machine() const;  // its tasks run here, without SSH
  // SSH goes by a jump host or a command, or tasks run on this machine: there is no port to ask.
  bool is_behind_another() const;
  metal::Access access() const;  // throws `problem`, and as metal::access_of

 private:
  transport::SshSettings ssh_settings() const;
};

// Nullopt also for one that cannot be evaluated: whoever needs it will tell why.
std::optional<value::Value> known(inventory::HostScope& scope, const std::string& variable);
// Of these variables those that can be evaluated.
void set_known(inventory::HostScope& scope, const std::vector<std::string>& names,
               value::Dict& variables);

// Whoever asks for these is told where the machine is reached, too.
extern const std::vector<std::string> ssh_variables;

// The machines that are meant, in inventory order. Warnings are told on the standard error output;
// so are mistakes of the inventory, and then the answer is nullopt. Throws Error(usage) where no
// inventory is named, none of its machines is meant, or there is no such instance.
enum class Others : bool { left_out, listed };
std::optional<std::vector<NamedNode>> named_nodes(const NodeWords& words,
                                                  const std::vector<std::string>& variables = {},
                                                  Others others = Others::left_out);

// As named_nodes; mistakes of the inventory are Error(input) after they were told.
std::vector<NamedNode> require_nodes(const NodeWords& words,
                                     const std::vector<std::string>& variables = {});
// Those of an instance, as require_nodes.
std::vector<NamedNode> instance_nodes(const RunWords& words, const std::string& instance,
                                      const std::vector<std::string>& variables);

std::vector<std::string> names_of(const std::vector<NamedNode>& nodes);

// Calls the body for each machine, several at once, in threads of its own. The body may not throw.
void for_each_at_once(std::size_t count, std::size_t most,
                      const std::function<void(std::size_t at)>& body);

}  // namespace provisioner::cli
