const two = (value: number): string => String(value).padStart(2, "0");

/**
 * A moment as a person says it: `14:03` today, `yesterday 14:03`, `tomorrow 14:03`, else `2026-11-28 14:03`.
 *
 * @param now by the clock of whoever reads it
 */
export function describeMoment(moment: Date, now: Date): string {
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  const isDay = (days: number): boolean => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    return day.toDateString() === moment.toDateString();
  };
  if (isDay(0)) return clock;
  if (isDay(-1)) return `yesterday ${clock}`;
  if (isDay(1)) return `tomorrow ${clock}`;
  const day = [moment.getMonth() + 1, moment.getDate()].map(two);
  return `${moment.getFullYear()}-${day.join("-")} ${clock}`;
}
