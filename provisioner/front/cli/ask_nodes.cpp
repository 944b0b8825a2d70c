// A run of the engine that is nobody's record.

#include "provisioner/front/cli/ask_nodes.h"

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/run/engine.h"
#include "provisioner/engine/transport/host_key_policy.h"
#include "provisioner/front/cli/ansible_config.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"

namespace provisioner::cli {

run::Options asking_options(const RunWords& words) {
  base::Diagnostics diagnostics;
  run::Options options = run_options(words, AnsibleConfig::load(diagnostics), diagnostics);
  diagnostics.throw_if_any();
  return options;
}

void ask_nodes(const RunWords& given, run::Options options, const std::string& playbook,
               const std::vector<std::string>& nodes, store::EventSink& sink,
               const std::atomic<int>& stop) {
  const os::TemporaryDirectory directory;
  RunWords words = given;
  words.playbooks = {directory.path() + "/ask.yml"};
  os::write_file(words.playbooks.front(), playbook);
  options.playbooks = words.playbooks;
  options.limit = base::join(nodes, ",");
  options.check = true;
  base::Diagnostics diagnostics;
  LoadedRun loaded(words, std::move(options), diagnostics);
  diagnostics.throw_if_any();
  store::HostKeyStore key_store = store::HostKeyStore::open(state_directory());
  transport::HostKeyPolicy host_keys(key_store);
  run::run_playbooks({loaded.options(), loaded.inventory(), loaded.playbooks(), loaded.library(),
                      loaded.surroundings(), host_keys, nullptr, nullptr, {}, {}, {&sink},
                      os::system_clock(), stop, {}});
}

}  // namespace provisioner::cli
