// A directory that is read, page by page.

#include "provisioner/base/ldap/directory.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/ldap/libldap.h"
#include "provisioner/base/os/files.h"

namespace provisioner::ldap {
namespace {

using base::Error;
using base::Kind;

// libldap does not say which of them it was.
constexpr const char* hint_of_tls =
    "does it listen there, has an authority of 'ca_file' signed its certificate, and is the name "
    "in "
    "it the one that it is asked by?";
constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";

struct FreeValues {
  void operator()(berval** values) const { libldap().ldap_value_free_len(values); }
};
struct FreeText {
  void operator()(char* text) const { libldap().ldap_memfree(text); }
};
struct FreeControl {
  void operator()(LDAPControl* control) const { libldap().ldap_control_free(control); }
};
struct FreeControls {
  void operator()(LDAPControl** controls) const { libldap().ldap_controls_free(controls); }
};
struct FreePosition {
  void operator()(BerElement* element) const { libldap().ber_free(element, 0); }
};
using OwnedText = std::unique_ptr<char, FreeText>;

// What libldap and the server have to say of the last failure.
std::string words_of(LDAP* handle, int code) {
  std::string words = libldap().ldap_err2string(code);
  char* said = nullptr;
  libldap().ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, static_cast<void*>(&said));
  const OwnedText owned(said);
  if (owned && *owned != '\0') words += ": " + base::escape_for_terminal(owned.get());
  return words;
}

Error unreachable(const std::string& url, const std::string& why) {
  return Error(Kind::unreachable, "the directory '" + url + "' cannot be asked: " + why);
}

timeval as_timeval(std::chrono::seconds time) { return {time.count(), 0}; }

// What an answer that is no success means to us.
Error refusal(const std::string& url, const std::string& what, int code, const std::string& words) {
  const std::string text = "the directory '" + url + "' " + what + ": " + words;
  switch (code) {
    case LDAP_SIZELIMIT_EXCEEDED:
    case LDAP_ADMINLIMIT_EXCEEDED:
      return Error(Kind::refused, text)
          .set_hint("let the reader that 'bind_dn' names have more entries than that");
    case LDAP_INVALID_CREDENTIALS:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
      return Error(Kind::refused, text).set_hint("look at 'bind_dn' and 'bind_password'");
    case LDAP_NO_SUCH_OBJECT:
      return Error(Kind::input, text)
          .set_hint("there is no such base, or the reader may not see it");
    case LDAP_INVALID_DN_SYNTAX:
    case LDAP_FILTER_ERROR:
      return Error(Kind::input, text);
    default:
      return Error(Kind::unreachable, text);
  }
}

// Active Directory gives long lists in parts, under names as "member;range=0-1499".
void require_whole(const std::string& url, const std::string& dn, const std::string& attribute) {
  if (attribute.find(";range=") == std::string::npos) return;
  throw Error(Kind::refused, "the directory '" + url + "' gives only a part of '" + attribute +
                                 "' of '" + dn + "'")
      .set_hint("let it give longer lists (MaxValRange), or name a directory that gives all");
}

}  // namespace

void Directory::Close::operator()(::ldap* handle) const {
  libldap().ldap_unbind_ext_s(handle, nullptr, nullptr);
}
void Directory::Free::operator()(::ldapmsg* message) const { libldap().ldap_msgfree(message); }

Directory::Directory(const Access& access) : url_(access.url), deadline_(access.deadline) {
  const bool is_safe =
      access.starts_tls || access.url.starts_with("ldaps://") || access.url.starts_with("ldapi://");
  if (!access.password.is_empty() && !is_safe)
    throw Error(Kind::refused, "the password for '" + url_ + "' would go out in the clear")
        .set_hint("ldaps://..., or TLS at the beginning");
  LDAP* made = nullptr;
  const int code = libldap().ldap_initialize(&made, url_.c_str());
  handle_.reset(made);
  if (code != LDAP_SUCCESS)
    throw Error(Kind::input,
                "'" + url_ + "' is no address of a directory: " + libldap().ldap_err2string(code));
  set_options(access);
  if (access.starts_tls) {
    const int started = libldap().ldap_start_tls_s(handle_.get(), nullptr, nullptr);
    if (started != LDAP_SUCCESS)
      throw unreachable(url_, words_of(handle_.get(), started)).set_hint(hint_of_tls);
  }
  bind(access);
}

void Directory::set_options(const Access& access) {
  if (!access.ca_file.empty() && !os::is_file(access.ca_file))
    throw Error(Kind::input, "there is no file '" + access.ca_file + "' with authorities")
        .set_hint("the certificates, as PEM, of who signed that of '" + url_ + "'");
  const auto set = [&](int option, const void* to) {
    if (libldap().ldap_set_option(handle_.get(), option, to) != LDAP_OPT_SUCCESS)
      throw Error(Kind::failed, "libldap does not take its option " + std::to_string(option));
  };
  const int version = LDAP_VERSION3, always = LDAP_OPT_X_TLS_DEMAND, new_context = 0;
  const int least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  const timeval deadline = as_timeval(deadline_);
  set(LDAP_OPT_PROTOCOL_VERSION, &version);
  set(LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  set(LDAP_OPT_NETWORK_TIMEOUT, &deadline);
  set(LDAP_OPT_TIMEOUT, &deadline);
  set(LDAP_OPT_X_TLS_REQUIRE_CERT, &always);
  set(LDAP_OPT_X_TLS_PROTOCOL_MIN, &least);
  set(LDAP_OPT_X_TLS_CACERTFILE,
      access.ca_file.empty() ? system_authorities : access.ca_file.c_str());
  set(LDAP_OPT_X_TLS_NEWCTX, &new_context);
}

void Directory::bind(const Access& access) {
  const std::string_view password = access.password.reveal();
  // libldap only reads it.
  const berval secret{password.size(), const_cast<char*>(password.data())};
  const int code =
      libldap().ldap_sasl_bind_s(handle_.get(), access.bind_dn.c_str(), LDAP_SASL_SIMPLE,
                                 const_cast<berval*>(&secret), nullptr, nullptr, nullptr);
  if (code == LDAP_SUCCESS) return;
  const std::string words = words_of(handle_.get(), code);
  if (code < 0) {
    Error error = unreachable(url_, words);
    if (url_.starts_with("ldaps://")) error.set_hint(hint_of_tls);
    throw error;
  }
  throw refusal(url_, "does not take '" + access.bind_dn + "'", code, words);
}

Directory::Message Directory::page_of(const Query& query, const std::string& cookie) {
  berval position{cookie.size(), const_cast<char*>(cookie.data())};
  LDAPControl* made = nullptr;
  libldap().ldap_create_page_control(handle_.get(), query.page,
                                     cookie.empty() ? nullptr : &position, 'T', &made);
  const std::unique_ptr<LDAPControl, FreeControl> paged(made);
  LDAPControl* controls[] = {paged.get(), nullptr};
  std::vector<char*> attributes;
  for (const std::string& name : query.attributes)
    attributes.push_back(const_cast<char*>(name.c_str()));
  attributes.push_back(nullptr);
  timeval deadline = as_timeval(deadline_);
  int number = 0;
  const int sent = libldap().ldap_search_ext(handle_.get(), query.base.c_str(), LDAP_SCOPE_SUBTREE,
                                             query.filter.c_str(), attributes.data(), 0, controls,
                                             nullptr, &deadline, LDAP_NO_LIMIT, &number);
  if (sent == LDAP_FILTER_ERROR)
    throw Error(Kind::input, "'" + query.filter + "' is no filter of a directory");
  if (sent != LDAP_SUCCESS) throw unreachable(url_, words_of(handle_.get(), sent));
  LDAPMessage* answer = nullptr;
  deadline = as_timeval(deadline_);
  const int kind = libldap().ldap_result(handle_.get(), number, LDAP_MSG_ALL, &deadline, &answer);
  Message page(answer);
  if (kind == 0)
    throw unreachable(url_, "no answer in " + std::to_string(deadline_.count()) + " s");
  if (kind < 0) throw unreachable(url_, words_of(handle_.get(), LDAP_SERVER_DOWN));
  return page;
}

// "" behind the last page.
std::string Directory::next_cookie(const Query& query, const Message& page) {
  int code = LDAP_OTHER;
  char* said = nullptr;
  LDAPControl** answered = nullptr;
  const int parsed = libldap().ldap_parse_result(handle_.get(), page.get(), &code, nullptr, &said,
                                                 nullptr, &answered, 0);
  const OwnedText words(said);
  const std::unique_ptr<LDAPControl*, FreeControls> controls(answered);
  if (parsed != LDAP_SUCCESS) throw unreachable(url_, words_of(handle_.get(), parsed));
  if (code != LDAP_SUCCESS) {
    std::string why = libldap().ldap_err2string(code);
    if (words && *words != '\0') why += ": " + base::escape_for_terminal(words.get());
    throw refusal(url_, "does not give all below '" + query.base + "'", code, why);
  }
  LDAPControl* paged = answered == nullptr ? nullptr
                                           : libldap().ldap_control_find(LDAP_CONTROL_PAGEDRESULTS,
                                                                         answered, nullptr);
  if (paged == nullptr) return "";  // all at once
  ber_int_t estimate = 0;
  berval cookie{0, nullptr};
  if (libldap().ldap_parse_pageresponse_control(handle_.get(), paged, &estimate, &cookie) !=
      LDAP_SUCCESS)
    throw unreachable(url_, "its pages cannot be read");
  const OwnedText owned(cookie.bv_val);
  return {cookie.bv_val, cookie.bv_len};
}

void Directory::take_entries(const Message& page, std::vector<Entry>& into) {
  const Libldap& of = libldap();
  for (LDAPMessage* at = of.ldap_first_entry(handle_.get(), page.get()); at != nullptr;
       at = of.ldap_next_entry(handle_.get(), at)) {
    Entry& entry = into.emplace_back();
    const OwnedText dn(of.ldap_get_dn(handle_.get(), at));
    if (dn) entry.dn = dn.get();
    BerElement* made = nullptr;
    OwnedText name(of.ldap_first_attribute(handle_.get(), at, &made));
    const std::unique_ptr<BerElement, FreePosition> position(made);
    while (name) {
      const std::string lower = base::lower_case(name.get());
      require_whole(url_, entry.dn, lower);
      std::vector<std::string>& values = entry.attributes[lower];
      const std::unique_ptr<berval*, FreeValues> found(
          of.ldap_get_values_len(handle_.get(), at, name.get()));
      for (berval** value = found.get(); value != nullptr && *value != nullptr; ++value)
        values.emplace_back((*value)->bv_val, (*value)->bv_len);
      name.reset(of.ldap_next_attribute(handle_.get(), at, position.get()));
    }
  }
}

std::vector<Entry> Directory::search(const Query& query) {
  std::vector<Entry> entries;
  std::string cookie;
  do {
    const Message page = page_of(query, cookie);
    cookie = next_cookie(query, page);
    take_entries(page, entries);
    if (entries.size() > query.most_entries)
      throw Error(Kind::refused, "below '" + query.base + "' there are more than " +
                                     std::to_string(query.most_entries) + " entries")
          .set_hint("ask for fewer by a narrower base or filter");
  } while (!cookie.empty());
  return entries;
}

}  // namespace provisioner::ldap
