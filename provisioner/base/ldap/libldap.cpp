// libldap, when it is needed.

#include "provisioner/base/ldap/libldap.h"

namespace provisioner::ldap {

const Libldap& libldap() {
  static const Libldap loaded;
  return loaded;
}

}  // namespace provisioner::ldap
