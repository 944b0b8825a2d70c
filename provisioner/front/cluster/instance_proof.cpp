// Whether an instance was proved, by what its gates have left.

#include "provisioner/front/cluster/instance_proof.h"

#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cluster/cluster_change.h"
#include "provisioner/front/cluster/instance_lock_file.h"
#include "provisioner/front/cluster/instance_state.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/platform/gates/variables.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::cluster {
namespace {

using value::Dict;
using value::Value;

// What the inventory says of what is a proof.
gates::ProofWanted wanted_by(const cli::LoadedInventory& loaded, const KnownInstance& one) {
  inventory::HostScope scope(loaded.inventory(), loaded.templar(), one.first);
  Dict variables;
  for (const char* name : {"platform", "gates_valid_hours"})
    if (const auto found = scope.variable(name)) variables.set(name, *found);
  base::Diagnostics diagnostics;
  const Value all(variables);
  value::StrictDict said(&all, "", all, diagnostics);
  gates::ProofWanted wanted{
      .instance = one.name,
      .platform = profile::profile_of(said.find("platform"), nullptr, diagnostics).platform,
      .changed = last_change(cli::cluster_directory(one.name)),
      .now = std::chrono::floor<std::chrono::seconds>(os::system_clock().wall()),
      .longest_age = gates::valid_hours(said)};
  diagnostics.throw_if_any();
  return wanted;
}

}  // namespace

std::optional<gates::Proof> gates_record(const std::string& name) {
  const auto record = instance_record(name, "gates.json");
  return record ? std::optional(gates::read_proof(record->said)) : std::nullopt;
}

std::string placed_sentence(const base::Error& error) {
  const std::string place = error.pos().text();
  return place.empty() ? error.message() : place + ": " + error.message();
}

std::optional<ProofObjection> proof_objection(const cli::LoadedInventory& loaded,
                                              const KnownInstance& one) {
  gates::ProofWanted wanted = wanted_by(loaded, one);
  std::optional<gates::Proof> proof;
  try {
    wanted.lock = lock_file(loaded, one.name).digest();
    proof = gates_record(one.name);
  } catch (const base::Error& error) {
    if (cli::ends_all(error)) throw;
    return ProofObjection{
        "what proves '" + one.name + "' cannot be read: " + placed_sentence(error), true};
  }
  auto objection = gates::objection_to(proof, wanted);
  if (!objection) return std::nullopt;
  return ProofObjection{*std::move(objection)};
}

}  // namespace provisioner::cluster
