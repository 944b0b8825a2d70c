// Where images are made.

#include "provisioner/machine/image/work_place.h"

#include <unistd.h>

#include "provisioner/base/base/error.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds patience{60};

}  // namespace

WorkPlace::WorkPlace(const Store& store, const std::string& name)
    : lock_(store.lock(Sharing::with_others, patience)),
      path_(store.work_directory() + "/" + name + "." + std::to_string(::getpid())) {
  if (!lock_.is_open())
    throw Error(Kind::refused, "'" + store.directory() + "' is being cleaned by 'image gc'")
        .set_hint("try again when it is over");
  os::remove_tree(path_);  // of a program that had our number and was killed
  os::make_directories(path_);
}

WorkPlace::~WorkPlace() {
  try {
    os::remove_tree(path_);
  } catch (const Error&) {
    // `image gc` takes what is left.
  }
}

}  // namespace provisioner::image
