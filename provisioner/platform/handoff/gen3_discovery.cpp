// What Gen3's discovery page shows: of which commons, and which fields of a study.

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/gen3.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* every_hour = "17 * * * *";

// Those that the pages of the portal and of the frontend framework look for where nobody says
// others.
Dict standard_fields() {
  Dict fields;
  for (const char* field : {"_unique_id", "study_id", "study_url", "study_description", "full_name",
                            "short_name", "year", "project_id", "accession_number", "tags"})
    fields.set(field, std::string("path:") + field);
  return fields;
}

// Adapters put a name and a path together, and ask for "//mds" where both have a slash.
std::string with_slash(const std::string& url) { return url + "/"; }

std::string without_scheme(const std::string& url) {
  return url.substr(url.find("://") + std::string_view("://").size());
}

Value commons_entry(const Gen3Discovery& discovery, const Gen3Discovery::Commons& commons) {
  Dict fields = discovery.fields;
  fields.set("commons", commons.name);
  return Dict{
      {"mds_url", with_slash(commons.url)},
      {"commons_url", with_slash(without_scheme(commons.url))},
      {"adapter", "gen3"},
      {"config", Dict{{"guid_type", discovery.guid_type}, {"study_field", discovery.study_field}}},
      {"keep_original_fields", false},
      {"field_mappings", std::move(fields)}};
}

// Elasticsearch must know what is no text; all others are said without more.
Value schema_of(const Gen3Discovery& discovery) {
  Dict schema;
  for (const auto& [field, unused] : discovery.fields) schema.set(field, Dict());
  const Dict file{{"file_name", Dict{{"type", "string"}}},
                  {"file_size", Dict{{"type", "integer"}}}};
  schema.set("tags", Dict{{"type", "array"}});
  schema.set("commons", Dict());
  schema.set("commons_url", Dict());
  schema.set("_subjects_count", Dict{{"type", "integer"}});
  schema.set("__manifest", Dict{{"type", "array"}, {"properties", file}});
  return schema;
}

}  // namespace

Gen3Discovery read_discovery(StrictDict& reading, const Gen3& gen3) {
  StrictDict said = reading.below("discovery");
  know(said, {"name",
              {"guid_type", forms::word},
              {"study_field", forms::word},
              "fields",
              "others",
              {"schedule", forms::schedule}});
  Gen3Discovery discovery{
      .guid_type = said.text("guid_type", "discovery_metadata"),
      .study_field = said.text("study_field", "gen3_discovery"),
      .commons = {{said.text("name", gen3.environment), "https://" + gen3.hostname}},
      .fields =
          said.has("fields", value::Form::dict) ? said.find("fields")->dict() : standard_fields(),
      .schedule = said.text("schedule", every_hour)};
  for (const Value& one : said.dicts("others")) {
    StrictDict other(&one, "gen3.discovery.others", one, said.diagnostics());
    know(other, {"name", "url"});
    discovery.commons.push_back({other.required("name", "Other Commons"),
                                 url_in(other, "url", "https://data.other.example.org")});
  }
  return discovery;
}

std::string aggregate_config(const Gen3Discovery& discovery) {
  Dict commons;
  for (const Gen3Discovery::Commons& one : discovery.commons)
    commons.set(one.name, commons_entry(discovery, one));
  const Dict configuration{{"schema", schema_of(discovery)},
                           {"settings", Dict{{"cache_drs", true}}}};
  return value::write_json(
             Dict{{"configuration", configuration}, {"adapter_commons", std::move(commons)}},
             {.indent = 2, .ascii_only = false}) +
         "\n";
}

}  // namespace provisioner::handoff
