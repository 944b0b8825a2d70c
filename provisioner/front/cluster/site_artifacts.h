#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact_list.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cluster {

// The lists and locks beside the inventories of a command line, each later one above those before.
struct SiteArtifacts {
  struct Layer {
    artifacts::ListFiles files;
    std::vector<artifacts::Wanted> wanted;
    std::vector<artifacts::Locked> locked;
  };
  std::vector<Layer> layers;  // those that have a list or a lock

  std::vector<artifacts::Wanted> wanted() const;
  std::vector<artifacts::Locked> locked() const;  // what the list of its layer asks for
  // Those that are asked for and in no lock, or changed since they were locked.
  std::vector<artifacts::Wanted> unlocked() const;
};

// Whether the lock's entry is the answer to what is wanted.
bool is_answer(const artifacts::Locked& locked, const artifacts::Wanted& wanted);

// Throws Error(usage) where no inventory is named or none of them has a list; Error(input) for one
// that there is not, and, with all mistakes told on the standard error output before, where a list
// has some.
SiteArtifacts site_artifacts(const cli::RunWords& words);
// The same, with no layer where no list lies beside any of them.
SiteArtifacts artifacts_beside(const cli::RunWords& words);

// Where the locks of these inventories lie, absolute, whether there is one or not.
std::vector<std::string> locks_beside(const cli::RunWords& words);

}  // namespace provisioner::cluster
