// What may stand in a boot script.

#include "provisioner/machine/reimage/boot_forms.h"

#include "provisioner/base/base/regex.h"

namespace provisioner::reimage {

bool has_boot_form(const std::string& text, const char* form) {
  return base::Regex("^(?:" + std::string(form) + ")\\z").search(text).has_value();
}

}  // namespace provisioner::reimage
