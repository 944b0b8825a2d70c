{{/* A key that is made anew where the values say none, as the real chart does with no cluster to look it up in. */}}
{{- define "double.said" -}}
{{- .said | default (randAlphaNum 32) -}}
{{- end -}}

{{/* Services whose parts are alike. */}}
{{- define "double.services" -}}
arborist audit fence guppy hatchery indexd manifestservice metadata peregrine revproxy sheepdog wts frontend-framework portal
{{- end -}}
