/** The two registers: A 公共数据资源登记 (发改数据规〔2025〕26号), B 数据产权登记 (国数综政策〔2026〕35号). */
export enum Track {
  A = 'A',
  B = 'B',
}
