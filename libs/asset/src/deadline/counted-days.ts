/** First application after delivery under authorised operation, in working days (发改数据规〔2025〕26号 Art. 9). */
export const FILING_DAYS = 20;

/** How long a holder is waited for that is asked to consent to a correction, in working days: ours, Art. 9 says nothing. */
export const ANSWER_DAYS = 10;
