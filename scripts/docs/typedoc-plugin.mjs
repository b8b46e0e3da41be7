import { Converter } from 'typedoc';

/**
 * What TypeDoc does not do by an option: it shows a docstring's `@default`, and leaves out that a construct's constructor
 * overrides that of Construct.
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      for (const tag of reflection.comment?.blockTags ?? []) {
        if (tag.tag === '@default') tag.content = shownDefault(tag.content);
      }
      reflection.overwrites = undefined;
    }
  });
}

/** jsii's custom, which cdk8s follows: a default is a value, shown as code, or a text behind a dash. */
function shownDefault(content) {
  const text = content.map((part) => part.text).join('');
  if (text.startsWith('- ')) return [{ kind: 'text', text: text.slice(2) }];
  return [{ kind: 'code', text: `\`${text}\`` }];
}
