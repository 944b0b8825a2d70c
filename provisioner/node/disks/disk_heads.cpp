// The order in which disks become unfinished, and whole.
#include "provisioner/node/disks/disk_heads.h"

namespace provisioner::disks {

void mark_disks(const chunk::Manifest& manifest, const std::string& digest,
                const std::vector<Disk*>& disks) {
  for (const Disk* disk : disks) require_room(manifest, *disk);
  for (std::size_t at = disks.size(); at-- > 0;) mark_unfinished(digest, *disks[at]);
}

void write_heads(const std::vector<Held>& held, const std::vector<Disk*>& disks) {
  for (std::size_t at = disks.size(); at-- > 0;) write_held(held.at(at), *disks[at]);
}

}  // namespace provisioner::disks
