import type { Constants } from "@adobe/premierepro";
import { activeProject, findSequence, ppro, transact } from "./premiere.ts";

/** Reads a text that is kept in a sequence. */
export async function note(parameters: {
  sequenceId: string;
  name: string;
}): Promise<{ value: string | null }> {
  const { sequenceId, name } = parameters;
  const sequence = await findSequence(sequenceId);
  try {
    const properties = await ppro.Properties.getProperties(sequence);
    if (!properties.hasValue(name)) return { value: null };
    return { value: properties.getValue(name) };
  } catch {
    return { value: null }; // Not everything has properties, the types say.
  }
}

/** Keeps a text in a sequence, and in the project's file with it. */
export async function setNote(parameters: {
  sequenceId: string;
  name: string;
  value: string | null;
}): Promise<null> {
  const { sequenceId, name, value } = parameters;
  const project = await activeProject();
  const sequence = await findSequence(sequenceId);
  const properties = await ppro.Properties.getProperties(sequence);
  if (value === null && !properties.hasValue(name)) return null;
  const flag = ppro.Properties.PROPERTY_PERSISTENT as Constants.PropertyType;
  transact(project, "Lamina: Remember", () => [
    value === null
      ? properties.createClearValueAction(name)
      : properties.createSetValueAction(name, value, flag),
  ]);
  return null;
}
