import { Stage } from '../model/stage';
import { type FieldError, show } from '../rules/field-error';
import { distance } from '../rules/nearest';

const STAGES: readonly string[] = Object.values(Stage);
/** Two digits make file order apply order. A label's length leaves room for what comes behind it in a file's name. */
const NEW_ID = /^[0-9]{2}-[a-z0-9-]{1,60}$/;
/** An id that differs from a stage by so few characters is taken for a mistake: its chart would be a file that is nearly empty. */
const NEAR = 2;

/** What is wrong with the id of a chart that somebody asks for. */
export function chartIdErrors(id: unknown): FieldError[] {
  const nearest = typeof id === 'string' ? nearestStage(id) : undefined;
  const isNew = typeof id === 'string' && NEW_ID.test(id) && nearest === undefined;
  if (isNew || STAGES.includes(id as string)) return [];
  return [
    {
      path: 'id',
      expected: `be a Stage (${STAGES.join(', ')}) or a new id of two digits and a name of a-z, 0-9 and '-', such as '80-jobs'`,
      actual: show(id),
      hint: nearest
        ? `write '${nearest}', or choose an id that differs from it by more than ${NEAR} characters`
        : 'choose one of these, or such an id',
    },
  ];
}

function nearestStage(id: string): string | undefined {
  const wanted = id.toLowerCase();
  return STAGES.find((stage) => distance(wanted, stage) <= NEAR || wanted === stage.slice(3));
}
