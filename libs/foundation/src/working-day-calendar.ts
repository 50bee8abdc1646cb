export interface YearCalendar {
  /** Days off in runs of [first, last], MM-DD. Weekends inside a run are off anyway. */
  readonly off: readonly (readonly [string, string])[];
  /** Saturdays and Sundays that are worked, MM-DD. */
  readonly worked: readonly string[];
}

/** The State Council's holiday arrangements, year by year. A year that is not here is not known. */
export const WORKING_DAY_CALENDAR: Readonly<Partial<Record<string, YearCalendar>>> = {
  // 国办发明电〔2024〕12号
  '2025': {
    off: [
      ['01-01', '01-01'],
      ['01-28', '02-04'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['05-31', '06-02'],
      ['10-01', '10-08'],
    ],
    worked: ['01-26', '02-08', '04-27', '09-28', '10-11'],
  },
  // Published 2025-11-04
  '2026': {
    off: [
      ['01-01', '01-03'],
      ['02-15', '02-23'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['06-19', '06-21'],
      ['09-25', '09-27'],
      ['10-01', '10-07'],
    ],
    worked: ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
  },
};
