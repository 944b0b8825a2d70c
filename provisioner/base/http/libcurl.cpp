// libcurl, when it is needed.

#include "provisioner/base/http/libcurl.h"

namespace provisioner::http {

const Libcurl& libcurl() {
  static const Libcurl loaded;
  return loaded;
}

}  // namespace provisioner::http
