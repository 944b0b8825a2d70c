#pragma once

#include <string>

#include "provisioner/machine/image/image_store.h"

namespace provisioner::image {

// A folder of the store for what is being made, removed with all it holds when this goes; those
// that killed programs have left are removed before. Keeps `gc` out meanwhile. Throws
// Error(refused) where that is at work.
class WorkPlace {
 public:
  WorkPlace(const Store& store, const std::string& name);
  WorkPlace(const WorkPlace&) = delete;
  WorkPlace& operator=(const WorkPlace&) = delete;
  ~WorkPlace();
  const std::string& path() const { return path_; }

 private:
  os::Descriptor lock_, own_;
  std::string path_;
};

}  // namespace provisioner::image
