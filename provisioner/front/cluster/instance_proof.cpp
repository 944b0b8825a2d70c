// Whether an instance was proved, by what its gates have left.

#include "provisioner/front/cluster/instance_proof.h"

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cluster/cluster_change.h"
#include "provisioner/language/inventory/host_scope.h"

namespace provisioner::cluster {

std::optional<gates::Proof> gates_record(const std::string& name) {
  const std::string path = os::join_path(cli::cluster_directory(name), "gates.json");
  const auto text = os::read_file(path);
  if (!text) return std::nullopt;
  return gates::read_proof(value::read_json(base::register_source(path, *text)));
}

std::optional<std::string> proof_objection(const cli::LoadedInventory& loaded,
                                           const KnownInstance& one) {
  gates::ProofWanted wanted{
      .instance = one.name,
      .lock = lock_digest(lock_path(loaded, one.name)),
      .changed = last_change(cli::cluster_directory(one.name)),
      .now = std::chrono::floor<std::chrono::seconds>(os::system_clock().wall())};
  inventory::HostScope scope(loaded.inventory(), loaded.templar(), one.first);
  if (const auto hours = scope.variable("gates_valid_hours"); hours && hours->is_integer())
    wanted.longest_age = std::chrono::hours(hours->integer());
  return gates::objection_to(gates_record(one.name), wanted);
}

}  // namespace provisioner::cluster
