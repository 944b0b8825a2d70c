// Objects of Kubernetes as files have them.

#include "provisioner/platform/gates/manifest.h"

namespace provisioner::gates {
namespace {

using value::Value;

void take(const Value& document, std::vector<Value>& manifests) {
  const Value* items = document.find("items");
  const bool is_list = items != nullptr && items->is_list() &&
                       value::text_or(document, "kind", "").ends_with("List");
  if (is_list)
    for (const Value& item : items->list()) take(item, manifests);
  else if (document.is_dict())
    manifests.push_back(document);
}

}  // namespace

std::string called(const Value& manifest) {
  const Value* metadata = manifest.find("metadata");
  if (metadata == nullptr) return value::text_or(manifest, "kind", "");
  const std::string space = value::text_or(*metadata, "namespace", "");
  return value::text_or(manifest, "kind", "") + " " + (space.empty() ? "" : space + "/") +
         value::text_or(*metadata, "name", "");
}

std::vector<Value> single_manifests(const std::vector<Value>& documents) {
  std::vector<Value> manifests;
  for (const Value& document : documents) take(document, manifests);
  return manifests;
}

}  // namespace provisioner::gates
