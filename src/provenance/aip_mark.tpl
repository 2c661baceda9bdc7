{{- /*
Appends the mark of a template's line to the lines of a text: list TEXT MARK [MARK OF THE LINE ABOVE].
The line above is marked here if the text does not continue it. sigs.k8s.io/yaml folds plain scalars after column 80, and
a comment inside a plain scalar is not YAML: a longer line is marked only if it is marked already, if its value is no
plain scalar, or if a key, an item or nothing follows.
*/ -}}
{{- define "aip.mark" -}}
{{- $text := index . 0 -}}
{{- $mark := printf "${1} #@@%s@${2}" (index . 1) -}}
{{- include "aip.mark.above" . -}}
{{- if regexMatch "[^\\n]{80}" $text -}}
{{- $short := "[^\\n]{0,78}[^\\s]" -}}
{{- $marked := "[^\\n]*#@@\\d+\\.\\d+@" -}}
{{- $quoted := "[ \\t]*(?:- +)*[\\w./$-]+:[ ]+[\"'|>\\[{][^\\n]*[^\\s]" -}}
{{- $text = regexReplaceAll (printf "(?m)^(%s|%s|%s)([ \\t\\r]*)$" $marked $quoted $short) $text $mark -}}
{{- $long := "(?m)^([^\\n]{79,}[^\\s@])([ \\t\\r]*(?:\\z|\\n[ \\t]*(?:-[ \\n]|[\"']?[\\w./$-]+[\"']?:[ \\n])))" -}}
{{- $text = regexReplaceAll $long $text $mark -}}
{{- regexReplaceAll $long $text $mark -}}
{{- else -}}
{{- regexReplaceAll "(?m)([^\\s])([ \\t\\r]*)$" $text $mark -}}
{{- end -}}
{{- end -}}

{{- /* The same inside a block scalar, where a mark is text like the rest. */ -}}
{{- define "aip.mark.text" -}}
{{- include "aip.mark.above" . -}}
{{- regexReplaceAll "(?m)([^\\s])([ \\t\\r]*)$" (index . 0) (printf "${1} #@@%s@${2}" (index . 1)) -}}
{{- end -}}

{{- define "aip.mark.above" -}}
{{- if and (gt (len .) 2) (regexMatch "^[ \\t\\r]*(\\n|$)" (index . 0)) -}}
{{- printf " #@@%s@" (index . 2) -}}
{{- end -}}
{{- end -}}

{{- /* The same inside a helper, which may as well give a name or a truth value: keys, items and marked lines only. */ -}}
{{- define "aip.mark.keys" -}}
{{- include "aip.mark.above" . -}}
{{- $line := "[^\\n]*#@@\\d+\\.\\d+@|[ \\t]*(?:- +)*[\\w./$-]+:|[ \\t]*(?:- +)*[\\w./$-]+: [^\\n]{0,60}[^\\s]|[ \\t]*- [^\\n]{0,60}[^\\s]" -}}
{{- regexReplaceAll (printf "(?m)^(%s)([ \\t\\r]*)$" $line) (index . 0) (printf "${1} #@@%s@${2}" (index . 1)) -}}
{{- end -}}
