#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/artifacts/artifact.h"

namespace provisioner::artifacts {

// The two files about artefacts beside an inventory: of "inventory/reference" they are
// "inventory/artifacts/reference.yml" and "inventory/artifacts/reference.lock".
struct ListFiles {
  std::string wanted, lock;
};
ListFiles list_files(const std::string& inventory_source);

// What the file asks for.
struct WantedList {
  std::vector<Wanted> entries = {};
  bool is_alone = false;  // nothing is wanted of what lower layers list
};
// Mistakes, all of them, are added to `diagnostics`. Throws Error(input) for what is no YAML.
WantedList read_wanted(const std::string& path, base::Diagnostics& diagnostics);

// The lock as `artifacts lock` wrote it; empty where there is none. Throws Error(input) with the
// place for anything that it would not have written.
std::vector<Locked> read_lock(const std::string& path);
void write_lock(const std::string& path, const std::vector<Locked>& entries);

// Several lists as one: an entry of a later one stands for an earlier of the same name and version.
template <class Entry>
std::vector<Entry> layered(const std::vector<std::vector<Entry>>& lists) {
  std::vector<Entry> all;
  for (const std::vector<Entry>& list : lists)
    for (const Entry& entry : list) {
      std::erase_if(all, [&](const Entry& earlier) {
        return earlier.name == entry.name && earlier.version == entry.version;
      });
      all.push_back(entry);
    }
  return all;
}

template <class Entry>
const Entry* find_entry(const std::vector<Entry>& entries, std::string_view name,
                        std::string_view version) {
  for (const Entry& entry : entries)
    if (entry.name == name && entry.version == version) return &entry;
  return nullptr;
}

}  // namespace provisioner::artifacts
