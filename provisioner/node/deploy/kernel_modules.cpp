// Drivers from the RAM disk.
#include "provisioner/node/deploy/kernel_modules.h"

#include <fcntl.h>
#include <linux/module.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::deploy {
namespace {

bool is_packed(const std::string& path) {
  return path.ends_with(".xz") || path.ends_with(".zst") || path.ends_with(".gz");
}

std::error_code load(const std::string& path) {
  const os::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int flags = is_packed(path) ? MODULE_INIT_COMPRESSED_FILE : 0;
  if (file.is_open() && ::syscall(SYS_finit_module, file.number(), "", flags) == 0) return {};
  return {errno, std::generic_category()};
}

}  // namespace

void load_kernel_modules(const std::string& list,
                         const std::function<void(const std::string&)>& say) {
  const std::string text = os::read_file(list).value_or("");
  for (const std::string_view line : base::lines_of(text)) {
    const std::string path(base::trim(line));
    if (path.empty()) continue;
    const std::error_code code = load(path);
    if (code && code != std::errc::file_exists && code != std::errc::no_such_device)
      say("cannot load '" + path + "': " + code.message());
  }
}

}  // namespace provisioner::deploy
