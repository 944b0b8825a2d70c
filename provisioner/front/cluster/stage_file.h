#pragma once

#include <string>

#include "provisioner/base/os/files.h"
#include "provisioner/base/value/value.h"

namespace provisioner::cluster {

// What a stage is told, keys and accounts among it, in a file of ours for as long as this lives:
// nobody sees it in a list of processes. Files of commands that were killed go as the next is made.
// Several commands at once; throws Error(refused) where another one is at it for long.
class StageFile {
 public:
  // In a folder of this directory, which is an instance's.
  StageFile(const std::string& directory, const std::string& playbook,
            const value::Dict& variables);
  StageFile(const StageFile&) = delete;
  StageFile& operator=(const StageFile&) = delete;
  ~StageFile();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  os::Descriptor held_;  // who has it lives
};

}  // namespace provisioner::cluster
