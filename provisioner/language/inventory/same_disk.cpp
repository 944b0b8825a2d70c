// Disks as their labels have them.

#include "provisioner/language/inventory/same_disk.h"

#include <cmath>

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/text_forms.h"

namespace provisioner::inventory {

bool is_same_wwn(std::string_view a, std::string_view b) {
  return plain_wwn(base::trim(a)) == plain_wwn(base::trim(b));
}

bool is_labelled_size(std::int64_t bytes, std::int64_t gb) {
  constexpr double gigabyte = 1e9, tolerance = 0.02;
  const double wanted = static_cast<double>(gb) * gigabyte;
  return std::abs(static_cast<double>(bytes) - wanted) <= wanted * tolerance;
}

}  // namespace provisioner::inventory
