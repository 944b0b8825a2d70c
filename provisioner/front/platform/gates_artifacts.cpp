// Artefacts that gates are tried with.

#include "provisioner/front/platform/gates_artifacts.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/artifacts/artifact_store.h"
#include "provisioner/front/cluster/site_artifacts.h"

namespace provisioner::platform {

using artifacts::Locked;
using base::Error;
using base::Kind;

std::string artifact_path(const HereContext& at, const std::string& name, artifacts::Kind kind,
                          const std::string& version) {
  const std::vector<Locked> entries = cluster::site_artifacts(at.words).locked();
  const auto found = std::ranges::find_if(entries, [&](const Locked& entry) {
    return entry.name == name && entry.kind == kind &&
           (version.empty() || entry.version == version);
  });
  if (found == entries.end())
    throw Error(Kind::usage, "the list of artefacts has no " + std::string(name_of(kind)) + " '" +
                                 name + "'" + (version.empty() ? "" : " of version " + version))
        .set_hint(
            "in artifacts/ beside the inventory: helm is of the recipe helm-3.19, a chart is "
            "{name, kind: chart, version, from}; then: provisioner artifacts lock");
  const artifacts::Store store(at.site.store);
  if (!store.size_of(found->sha256))
    throw Error(Kind::usage, "the artefact '" + called(*found) + "' is not in the store")
        .set_hint("provisioner artifacts fetch");
  return store.path(found->sha256);
}

void put_program(const HereContext& at, const std::string& name, const std::string& folder) {
  const std::string from = artifact_path(at, name, artifacts::Kind::binary);
  os::write_file(os::join_path(folder, name), os::require_file(from), 0700);
}

std::string objections_in(const os::CommandResult& done) {
  constexpr std::size_t most_shown = 300;
  std::string said;
  for (const std::string* text : {&done.out, &done.err})
    for (const std::string_view line : base::lines_of(*text))
      if (const std::string_view words = base::trim(line);
          !words.empty() && !words.starts_with("==>"))
        said += (said.empty() ? "" : "; ") + std::string(words);
  if (said.size() > most_shown) said = said.substr(0, most_shown) + "...";
  return said.empty() ? "it does not say why" : base::one_line(said);
}

}  // namespace provisioner::platform
