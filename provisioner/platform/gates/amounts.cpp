// Cores and memory as Kubernetes writes them.

#include "provisioner/platform/gates/amounts.h"

#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/quantity.h"

namespace provisioner::gates {

Amount amount_in(const std::string& text) {
  const std::vector<std::string> words = base::split(text, ' ');
  if (words.size() < 2) return {};
  return {.cores = kubernetes::quantity_of(words[0]).value_or(0),
          .bytes = kubernetes::quantity_of(words[1]).value_or(0)};
}

}  // namespace provisioner::gates
