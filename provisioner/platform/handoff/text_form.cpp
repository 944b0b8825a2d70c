// Forms of texts that platforms are told.

#include "provisioner/platform/handoff/text_form.h"

#include <algorithm>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/ip_address.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/url_password.h"
#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/handoff/cron_schedule.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/phalanx_applications.h"
#include "provisioner/platform/profile/address_pools.h"
#include "provisioner/platform/profile/object_name.h"
#include "provisioner/platform/users/report.h"

namespace provisioner::handoff {
namespace {

using base::Error;
using value::Value;

// The whole text.
bool matches(const base::Regex& form, const std::string& text) {
  const auto found = form.match_start(text);
  return found && found->end() == text.size();
}

bool is_url(const std::string& text) {
  static const base::Regex form(R"(https?://[^\s/]+(?:/\S*)?)");
  return matches(form, text);
}

bool is_directory_url(const std::string& text) {
  static const base::Regex form(R"(ldaps?://[^\s/]+(?:/\S*)?)");
  return matches(form, text);
}

bool is_database_url(const std::string& text) {
  static const base::Regex form(R"(postgresql(?:\+\w+)?://\S+)");
  return matches(form, text);
}

bool is_directory_entry(const std::string& text) {
  static const base::Regex form(R"(\s*[\w.-]+\s*=[^,].*)");
  return matches(form, text);
}

bool is_s3_place(const std::string& text) {
  static const base::Regex form(R"(s3://[^\s/]+/\S+)");
  return matches(form, text);
}

// A Service of the kind ExternalName (kubernetes, validation.ValidateService), or an EndpointSlice.
bool is_service_host(const std::string& text) {
  return base::is_ipv4_address(text) || (base::is_host(text) && base::is_dns_name(text));
}

bool is_object_name(const std::string& text) {
  return base::is_dns_name(text, profile::of_an_object);
}

bool is_volume_name(const std::string& text) { return base::is_dns_label(text); }

bool is_quantity(const std::string& text) { return kubernetes::quantity_of(text).has_value(); }

// Semantic Versioning 2.0, with the 'v' that some charts have. One with fewer numbers is a range,
// whose newest one is taken.
bool is_chart_version(const std::string& text) {
  static const base::Regex form(
      R"(v?(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)");
  return matches(form, text);
}

// distribution/reference, as the two below.
bool is_image_tag(const std::string& text) {
  static const base::Regex form(R"([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})");
  return matches(form, text);
}

bool is_image_registry(const std::string& text) {
  static const base::Regex form(R"([A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?)");
  return matches(form, text);
}

bool is_image_repository(const std::string& text) {
  static const base::Regex form(
      R"([a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*)");
  return matches(form, text);
}

// git, check-ref-format(1).
bool is_git_revision(const std::string& text) {
  static const base::Regex form(
      R"((?!.*(?:\.\.|//|/\.|@\{|\.lock(?:/|\Z))))"
      R"([^\x00-\x20\x7f~^:?*\[\\/.-][^\x00-\x20\x7f~^:?*\[\\]*(?<![/.]))");
  return matches(form, text);
}

bool is_absolute_path(const std::string& text) {
  static const base::Regex form(R"(/[^\x00-\x1f\x7f]*)");
  return matches(form, text);
}

bool is_group_name(const std::string& text) { return users::is_group_name(text); }

bool is_word(const std::string& text) {
  static const base::Regex form(R"([^\s/]+)");
  return matches(form, text);
}

bool is_client_id(const std::string& text) {
  static const base::Regex form(R"([\x21-\x7e]+)");
  return matches(form, text);
}

bool is_path(const std::string& text) {
  static const base::Regex form(R"([^\s/]+(?:/[^\s/]+)*)");
  return matches(form, text);
}

}  // namespace

void check_form(const TextForm& form, const Value& text, const Value& otherwise,
                base::Diagnostics& diagnostics) {
  const base::Pos& pos = text.pos().is_known() ? text.pos() : otherwise.pos();
  const std::string& said = text.text();
  if (form.is_one != nullptr && !form.is_one(said)) {
    return value::add_once(
        diagnostics, Error(base::Kind::input,
                           "'" + base::without_url_passwords(said) + "' is no " + form.what, pos)
                         .set_hint("as " + form.example));
  }
  if (form.words.empty() || std::ranges::find(form.words, said) != form.words.end()) return;
  const std::string near = base::suggestion(said, form.words);
  Error error(base::Kind::input, "there is no " + std::string(form.what) + " '" + said + "'", pos);
  if (near.empty() && !form.others.empty()) return diagnostics.warn(error.set_hint(form.others));
  value::add_once(
      diagnostics,
      error.set_hint(near.empty() ? "there are " + base::join(form.words, ", ") : near));
}

TextForm class_form(const Instance& instance) {
  TextForm form{.what = "class of volumes", .example = "local-path", .is_one = is_object_name};
  if (!instance.owners.is_ours("storage_classes")) return form;
  for (const Value& one : items_of(instance.find("storage_classes")))
    if (const std::string name = text_of(one, "name"); !name.empty()) form.words.push_back(name);
  form.others =
      "right where somebody else makes it; 'storage_classes' has " + base::join(form.words, ", ");
  return form;
}

void check_in_pools(value::StrictDict& said, const char* key, const Instance& instance) {
  const Value* pools = instance.find("load_balancer_pools");
  if (pools != nullptr && instance.owners.is_ours("load_balancer"))
    profile::check_asked_address(said, key, *pools);
}

namespace forms {

const TextForm ip_address{"IP address", "192.0.2.10", base::is_ip_address};
const TextForm host{"host", "nfs.example.org, or its address", base::is_host};
const TextForm service_host{"host that a Service could lead to",
                            "es.example.org, the server of the site, or its address",
                            is_service_host};
const TextForm url{"URL", "https://data.example.org", is_url};
const TextForm directory_url{"LDAP server", "ldaps://ipa.example.org", is_directory_url};
const TextForm directory_entry{"entry of a directory", "cn=users,dc=example,dc=org",
                               is_directory_entry};
const TextForm database_url{"URL of PostgreSQL",
                            "postgresql://gafaelfawr@pg.example.org/gafaelfawr", is_database_url};
const TextForm s3_place{"place in S3", "s3://gen3-users/user.yaml", is_s3_place};
const TextForm object_name{"name that Kubernetes takes", "pull-secret", is_object_name};
const TextForm volume_name{"name of a pod's volume", "home", is_volume_name};
const TextForm quantity{"quantity", "32Gi", is_quantity};
const TextForm schedule{"schedule of cron", "\"17 * * * *\": minute, hour, day, month, weekday",
                        is_cron_schedule};
const TextForm chart_version{"version of a chart", "0.3.90", is_chart_version};
const TextForm image_tag{"tag of an image", "\"2026.08\"", is_image_tag};
const TextForm image_registry{"registry", "ghcr.io, or registry.example.org:5000",
                              is_image_registry};
const TextForm image_repository{"repository of images", "lsst-sqre/sciplat-lab",
                                is_image_repository};
const TextForm git_revision{"branch or tag of Git", "main", is_git_revision};
const TextForm absolute_path{"absolute path", "/home", is_absolute_path};
const TextForm user_name{"user name that Gafaelfawr takes",
                         "amara: small letters, digits and single '-' between, a letter among them",
                         users::is_user_name};
const TextForm group_name{"group name that Gafaelfawr takes",
                          "rsp-admins: up to 32 letters, digits, '.', '_' and '-'", is_group_name};
const TextForm client_id{"client id or claim", "gen3", is_client_id};
const TextForm word{"single word", "gen3-data", is_word};
const TextForm path{"path of words", "secret/data/gen3", is_path};
const TextForm gen3_frontend{
    .what = "front end", .example = "gen3ff", .words = {"gen3ff", "portal"}};
const TextForm gen3_access{
    .what = "access of tiers", .example = "private", .words = {"libre", "private", "regular"}};
const TextForm phalanx_application{
    .what = "application of Phalanx",
    .example = "portal",
    .is_one = is_volume_name,
    .words = known_phalanx_applications(),
    .others = "right where the fork has it; the bundle gives it a file without values"};

}  // namespace forms
}  // namespace provisioner::handoff
