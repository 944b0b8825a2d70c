// What is kept of an instance.

#include "provisioner/front/cluster/instance_state.h"

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/place.h"

namespace provisioner::cluster {

std::optional<InstanceRecord> instance_record(const std::string& instance,
                                              const std::string& name) {
  const std::string path = os::join_path(cli::cluster_directory(instance), name);
  auto file = os::read_regular_file(path);
  if (!file) return std::nullopt;
  const base::SourceId source = base::register_source(path, file->bytes);
  return InstanceRecord{.path = path,
                        .text = std::move(file->bytes),
                        .said = value::read_json(source).at({source, 1, 1})};
}

}  // namespace provisioner::cluster
