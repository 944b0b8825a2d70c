#pragma once

#include <ldap.h>

#include "provisioner/base/os/library.h"

namespace provisioner::ldap {

// The functions of OpenLDAP's libldap, looked up when the first is called. Throws Error(failed)
// where the library is not there.
struct Libldap {
#if LDAP_VENDOR_VERSION >= 20600
  os::Library library{"libldap.so.2", "libldap2"};
#else
  os::Library library{"libldap-2.5.so.0", "libldap-2.5-0"};
#endif

#define PROVISIONER_OF_LDAP(name) decltype(::name)* name = library.function<decltype(::name)>(#name)
  PROVISIONER_OF_LDAP(ber_free);
  PROVISIONER_OF_LDAP(ldap_control_find);
  PROVISIONER_OF_LDAP(ldap_control_free);
  PROVISIONER_OF_LDAP(ldap_controls_free);
  PROVISIONER_OF_LDAP(ldap_create_page_control);
  PROVISIONER_OF_LDAP(ldap_err2string);
  PROVISIONER_OF_LDAP(ldap_first_attribute);
  PROVISIONER_OF_LDAP(ldap_first_entry);
  PROVISIONER_OF_LDAP(ldap_get_dn);
  PROVISIONER_OF_LDAP(ldap_get_option);
  PROVISIONER_OF_LDAP(ldap_get_values_len);
  PROVISIONER_OF_LDAP(ldap_initialize);
  PROVISIONER_OF_LDAP(ldap_memfree);
  PROVISIONER_OF_LDAP(ldap_msgfree);
  PROVISIONER_OF_LDAP(ldap_next_attribute);
  PROVISIONER_OF_LDAP(ldap_next_entry);
  PROVISIONER_OF_LDAP(ldap_parse_pageresponse_control);
  PROVISIONER_OF_LDAP(ldap_parse_result);
  PROVISIONER_OF_LDAP(ldap_result);
  PROVISIONER_OF_LDAP(ldap_sasl_bind_s);
  PROVISIONER_OF_LDAP(ldap_search_ext);
  PROVISIONER_OF_LDAP(ldap_set_option);
  PROVISIONER_OF_LDAP(ldap_start_tls_s);
  PROVISIONER_OF_LDAP(ldap_unbind_ext_s);
  PROVISIONER_OF_LDAP(ldap_value_free_len);
#undef PROVISIONER_OF_LDAP
};
const Libldap& libldap();

}  // namespace provisioner::ldap
